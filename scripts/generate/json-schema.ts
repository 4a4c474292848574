import { z } from 'zod'

type Json = Record<string, unknown>

const simplify = (schema: Json, io: 'input' | 'output'): void => {
  // Objects that we answer may grow fields.
  if (io === 'output' && schema['additionalProperties'] === false) delete schema['additionalProperties']
  // That we answer no larger integers than JavaScript's tells a reader nothing; that we take none does.
  if (io === 'output' && schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum']
  if (io === 'output' && schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum']
  // The format says all of it. Clients in PHP hold their own writing of an instant to the pattern, and read no answer.
  if (schema['format'] === 'date-time') delete schema['pattern']
}

/** zod → JSON Schema 2020-12 as OpenAPI 3.1 takes it; shapes with an `id` go to `components.schemas` and are referred to. */
export class SchemaBook {
  readonly components: Record<string, Json> = {}

  /** `input` for what clients send, `output` for what they get. */
  of(schema: z.ZodType, io: 'input' | 'output'): Json {
    const {
      $schema: _dialect,
      $defs,
      ...own
    } = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      override: ({ jsonSchema }) => simplify(jsonSchema, io),
    }) as Json & {
      $defs?: Record<string, Json>
    }
    for (const [name, definition] of Object.entries($defs ?? {})) this.components[name] = this.#settled(definition)
    return this.#settled(own)
  }

  /** Names a schema of a request or an event. @throws when the name is taken by another */
  named(name: string, schema: Json): Json {
    const before = this.components[name]
    if (before && JSON.stringify(before) !== JSON.stringify(schema)) throw new Error(`two shapes are called ${name}`)
    this.components[name] = schema
    return { $ref: `#/components/schemas/${name}` }
  }

  #settled(schema: Json): Json {
    const { id: _id, ...rest } = JSON.parse(
      JSON.stringify(schema).replaceAll('#/$defs/', '#/components/schemas/'),
    ) as Json
    return rest
  }
}
