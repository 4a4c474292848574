import { exampleShapes, exampleValues } from './example-values.ts'

type Json = Record<string, unknown>

const byFormat: Readonly<Record<string, string>> = {
  'date-time': '2026-03-01T12:00:00.000Z',
  uuid: '0192d5a4-7b3c-7d11-8a55-2f4c9f0e1b2a',
}

const first = (list: unknown): unknown => (Array.isArray(list) ? list[0] : undefined)

const shapeOf = ({ $ref: name }: Json): string => String(name).replace('#/components/schemas/', '')

const fits = ({ type, enum: choices, const: only }: Json, value: unknown): boolean => {
  if (only !== undefined) return value === only
  if (Array.isArray(choices)) return choices.includes(value)
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  return type === undefined || [type].flat().some((name) => name === kind || (name === 'integer' && kind === 'number'))
}

/** Fields that an object must have, those of the first way where there are several. */
const requiredOf = ({ required, anyOf }: Json): string[] | undefined => {
  const [way] = (anyOf ?? []) as Json[]
  const ofWay = way?.['required'] as string[] | undefined
  return ofWay ? [...((required as string[] | undefined) ?? []), ...ofWay] : (required as string[] | undefined)
}

/** Makes values that schemas describe, for people to read. */
export class Examples {
  readonly #components: Readonly<Record<string, Json>>

  constructor(components: Readonly<Record<string, Json>>) {
    this.#components = components
  }

  /** The smallest request: what it must have, or one of each when nothing is required. @throws as {@link of} */
  ofRequest(given: Json): unknown {
    const schema = this.#resolved(given)
    const { properties } = schema as { properties?: Record<string, Json> }
    const required = requiredOf(schema)
    if (!required || !properties || schema['examples']) return this.of(schema)
    return Object.fromEntries(required.map((name) => [name, this.of(properties[name]!, name)]))
  }

  /** What stands in an address: there a name such as `jid` or `code` says less than the shape. @throws as {@link of} */
  ofParameter(given: Json, name: string): unknown {
    return first(given['examples']) ?? exampleShapes[shapeOf(given)] ?? this.of(given, name)
  }

  /** @throws when nothing tells what a text looks like: give its shape `examples`, or its name a value in example-values.ts */
  of(given: Json, name = ''): unknown {
    // What a field says of itself is meant for it: a name such as `jid` is that of people, groups and channels.
    const own = first(given['examples'])
    if (own !== undefined) return own
    const schema = this.#resolved(given)
    const choices = schema['properties'] ? [schema] : ((schema['anyOf'] ?? schema['oneOf'] ?? [schema]) as Json[])
    const shapes = choices.map((choice) => this.#resolved(choice))
    const usual = [exampleValues[name]]
      .flat()
      .find((value) => value !== undefined && shapes.some((shape) => fits(shape, value)))
    const shape = exampleShapes[shapeOf(given)]
    if (usual !== undefined || shape !== undefined) return usual ?? shape
    const known = first(schema['examples']) ?? schema['const'] ?? first(schema['enum']) ?? schema['default']
    if (known !== undefined) return known
    return choices[0] === schema ? this.#ofType(schema, name) : this.of(choices[0]!, name)
  }

  #ofType(schema: Json, name: string): unknown {
    // A message is not a place, a poll and a picture at once: what need not be there and has an empty list of examples is not shown.
    const required = requiredOf(schema) ?? []
    const fields = Object.entries((schema['properties'] ?? {}) as Record<string, Json>).filter(
      ([field, inner]) => required.includes(field) || this.#isShown(inner),
    )
    switch (first([schema['type']].flat())) {
      case 'object':
        return Object.fromEntries(fields.map(([field, inner]) => [field, this.of(inner, field)]))
      case 'array':
        return [this.of(schema['items'] as Json, name)]
      case 'integer':
      case 'number':
        return Number(schema['minimum'] ?? 1)
      case 'boolean':
        return true
      case 'null':
        return null
    }
    const text = byFormat[String(schema['format'])]
    if (text === undefined) throw new Error(`"${name}" needs an example: .meta({ examples: ['…'] })`)
    return text
  }

  #isShown({ examples }: Json): boolean {
    return !Array.isArray(examples) || examples.length > 0
  }

  #resolved(schema: Json): Json {
    const name = schema['$ref']
    if (typeof name !== 'string') return schema
    const { $ref: _name, ...own } = schema
    return { ...this.#components[name.replace('#/components/schemas/', '')], ...own }
  }
}
