import { z } from 'zod'

type Json = Record<string, unknown>

/** zod → JSON Schema 2020-12 as OpenAPI 3.1 takes it; shapes with an `id` go to `components.schemas` and are referred to. */
export class SchemaBook {
  readonly components: Record<string, Json> = {}

  /** `input` for what clients send, `output` for what they get. */
  of(schema: z.ZodType, io: 'input' | 'output'): Json {
    const {
      $schema: _dialect,
      $defs,
      ...own
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json & {
      $defs?: Record<string, Json>
    }
    for (const [name, definition] of Object.entries($defs ?? {})) this.components[name] = this.#settled(definition)
    return this.#settled(own)
  }

  #settled(schema: Json): Json {
    const { id: _id, ...rest } = JSON.parse(
      JSON.stringify(schema).replaceAll('#/$defs/', '#/components/schemas/'),
    ) as Json
    // Objects that we answer may grow fields; what we take is checked by the server.
    return rest
  }
}
