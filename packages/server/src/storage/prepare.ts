import type { CompiledQuery, Kysely } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { Schema } from './schema.ts'

/** Stands where a value goes. */
class Placeholder<Values> {
  readonly from: (values: Values) => unknown
  constructor(from: (values: Values) => unknown) {
    this.from = from
  }
}

interface Compilable {
  compile(query: Kysely<Schema>): CompiledQuery
}

type Named<Values> = (name: keyof Values & string) => never

const named = (name: string): never => new Placeholder<Record<string, unknown>>((values) => values[name]) as never

function bindTo<Values>({ query, queryId, sql, parameters }: CompiledQuery): (values: Values) => CompiledQuery {
  return (values) => ({
    query,
    queryId,
    sql,
    parameters: parameters.map((each) => (each instanceof Placeholder ? each.from(values) : each)),
  })
}

/** Builds and compiles a statement once; each call only binds values. For statements on the hot path, where building the query costs more than running it.
 *  `build` gets a function that marks where a named value goes; the same name may occur several times. */
export function prepare<Values extends Record<string, unknown>>(
  query: Kysely<Schema>,
  build: (value: Named<Values>) => Compilable,
): (values: Values) => CompiledQuery {
  return bindTo(build(named).compile(query))
}

/** How many lengths of its lists a statement is remembered for. */
const lengthsRemembered = 32

/** {@link prepare} for a statement with lists in it. The lengths of the lists change its text: it is built once for each of the usual lengths.
 *  `build` also gets a function that marks where the elements of a list go. */
export function prepareWithLists<
  Values extends Record<string, unknown>,
  Lists extends Record<string, readonly unknown[]>,
>(
  query: Kysely<Schema>,
  build: (value: Named<Values>, list: (name: keyof Lists & string) => never[]) => Compilable,
): (values: Values, lists: Lists) => CompiledQuery {
  const prepared = new LRUCache<string, (values: Values & Lists) => CompiledQuery>({ max: lengthsRemembered })
  const elements = (name: keyof Lists, length: number): never[] =>
    Array.from({ length }, (_, place) => new Placeholder<Lists>((values) => values[name]![place]) as never)
  return (values, lists) => {
    const lengths = Object.values(lists)
      .map(({ length }) => length)
      .join()
    const known = prepared.get(lengths)
    if (known) return known({ ...values, ...lists })
    const made = bindTo<Values & Lists>(build(named, (name) => elements(name, lists[name]!.length)).compile(query))
    prepared.set(lengths, made)
    return made({ ...values, ...lists })
  }
}
