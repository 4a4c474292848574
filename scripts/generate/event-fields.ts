import { z } from 'zod'

type Json = Record<string, unknown>

/** A row of the table of a payload. */
export interface FieldRow {
  /** `members[].role`: what is inside of others is named with them. */
  readonly name: string
  readonly type: string
  readonly always: boolean
  readonly words: string
}

/** So deep are objects within objects described; what is below is in the OpenAPI document. */
const depth = 3
/** A longer list of values says what kind of thing it is, and its first ones. */
const mostValues = 8

/** Reads the fields of a payload out of its schema, so that the page says what the code promises. */
class Fields {
  readonly #shapes: Readonly<Record<string, Json>>

  constructor(shapes: Readonly<Record<string, Json>>) {
    this.#shapes = shapes
  }

  rows(given: Json, before = '', level = 1): FieldRow[] {
    const { properties = {}, required = [] } = given as { properties?: Record<string, Json>; required?: string[] }
    return Object.entries(properties).flatMap(([field, written]) => {
      const schema = this.#resolved(written)
      const name = `${before}${field}`
      const row = {
        name,
        type: this.#typeOf(schema),
        always: required.includes(field),
        words: String(written['description'] ?? schema['description'] ?? ''),
      }
      return level < depth ? [row, ...this.#within(schema, name, level)] : [row]
    })
  }

  #within(schema: Json, name: string, level: number): FieldRow[] {
    const [one = schema] = this.#choices(schema)
    if (one['type'] === 'array') return this.#within(this.#resolved((one['items'] ?? {}) as Json), `${name}[]`, level)
    return one['properties'] ? this.rows(one, `${name}.`, level + 1) : []
  }

  /** What it can be, apart from null. */
  #choices(schema: Json): Json[] {
    const choices = (schema['anyOf'] ?? schema['oneOf'] ?? [schema]) as Json[]
    return choices.map((choice) => this.#resolved(choice)).filter((choice) => choice['type'] !== 'null')
  }

  #typeOf(schema: Json): string {
    const choices = (schema['anyOf'] ?? schema['oneOf']) as Json[] | undefined
    if (choices) return [...new Set(choices.map((choice) => this.#typeOf(this.#resolved(choice))))].join(' or ')
    if (schema['const'] !== undefined) return `\`${schema['const']}\``
    const values = schema['enum'] as readonly string[] | undefined
    if (values) {
      const shown = values.slice(0, mostValues).map((value) => `\`${value}\``)
      return `${shown.join(', ')}${values.length > mostValues ? ' … (the OpenAPI document has all)' : ''}`
    }
    if (schema['type'] === 'array') return `list of ${this.#typeOf(this.#resolved((schema['items'] ?? {}) as Json))}`
    return [schema['type'] ?? 'any'].flat().join(' or ')
  }

  #resolved(schema: Json): Json {
    const name = schema['$ref']
    if (typeof name !== 'string') return schema
    const { $ref: _, ...own } = schema
    return { ...this.#shapes[name.replace('#/$defs/', '')], ...own }
  }
}

/** The fields of a payload, those of an object after the object. */
export const fieldsOf = (schema: z.ZodObject): FieldRow[] => {
  const { $defs, ...own } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }) as Json & {
    $defs?: Record<string, Json>
  }
  return new Fields($defs ?? {}).rows(own)
}
