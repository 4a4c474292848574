import type { CompiledQuery, Kysely } from 'kysely'
import { LRUCache } from 'lru-cache'
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
  const { query: node, queryId, sql } = template
  const names = template.parameters.map((parameter) => (parameter instanceof Placeholder ? parameter.name : undefined))
  return (values) => ({
    query: node,
    queryId,
    sql,
    parameters: names.map((name, index) => (name === undefined ? template.parameters[index] : values[name])),
  })
}

/** How many lengths of its lists a statement is remembered for. */
const lengthsRemembered = 32

/** {@link prepare} for a statement with lists in it, whose text depends on their lengths: it is built once for each of the usual ones.
 *  `build` also gets a function that marks where the elements of a list go. */
export function prepareWithLists<
  Values extends Record<string, unknown>,
  Lists extends Record<string, readonly unknown[]>,
>(
  query: Kysely<Schema>,
  build: (value: (name: keyof Values & string) => never, list: (name: keyof Lists & string) => never[]) => Compilable,
): (values: Values, lists: Lists) => CompiledQuery {
  const prepared = new LRUCache<string, (values: Record<string, unknown>) => CompiledQuery>({ max: lengthsRemembered })
  return (values, lists) => {
    const lengths = Object.values(lists).map(({ length }) => length)
    const statement =
      prepared.get(lengths.join()) ??
      prepare(query, (value) => build(value, (name) => lists[name]!.map((_, place) => value(`${name} ${place}`))))
    prepared.set(lengths.join(), statement)
    const elements = Object.entries(lists).flatMap(([name, list]) =>
      list.map((each, place) => [`${name} ${place}`, each]),
    )
    return statement({ ...values, ...Object.fromEntries(elements) })
  }
}
