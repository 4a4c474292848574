import type { CompiledQuery, Kysely } from 'kysely'
import type { Schema } from './schema.ts'

class Placeholder {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

interface Compilable {
  compile(query: Kysely<Schema>): CompiledQuery
}

/** Builds and compiles a statement once; each call only binds values. For statements on the hot path, where building the query costs more than running it.
 *  `build` gets a function that marks where a named value goes; the same name may occur several times. */
export function prepare<Values extends Record<string, unknown>>(
  query: Kysely<Schema>,
  build: (value: (name: keyof Values & string) => never) => Compilable,
): (values: Values) => CompiledQuery {
  const template = build((name) => new Placeholder(name) as never).compile(query)
  const names = template.parameters.map((parameter) => (parameter instanceof Placeholder ? parameter.name : undefined))
  return (values) => ({
    ...template,
    parameters: names.map((name, index) => (name === undefined ? template.parameters[index] : values[name])),
  })
}
