import type { CompiledQuery, Kysely } from 'kysely'
import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
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
  const take = parameters.map((each) => (each instanceof Placeholder ? each.from : () => each))
  return (values) => ({ query, queryId, sql, parameters: take.map((from) => from(values)) })
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
  const prepared = prepareSeveral<Values, Lists>((value, list) => [build(value, list).compile(query)])
  return (values, lists) => prepared(values, lists)[0]!
}

/** {@link prepareWithLists} for several statements that go together. */
export function prepareSeveral<
  Values extends Record<string, unknown>,
  Lists extends Record<string, readonly unknown[]>,
>(
  build: (value: Named<Values>, list: (name: keyof Lists & string) => never[]) => readonly CompiledQuery[],
): (values: Values, lists: Lists) => CompiledQuery[] {
  const prepared = new LRUCache<string, ((values: Values & Lists) => CompiledQuery)[]>({
    ...atMost(lengthsRemembered),
  })
  const elements = (name: keyof Lists, length: number): never[] =>
    Array.from({ length }, (_, place) => new Placeholder<Lists>((values) => values[name]![place]) as never)
  return (values, lists) => {
    const lengths = Object.values(lists)
      .map(({ length }) => length)
      .join()
    const made =
      prepared.get(lengths) ??
      build(named, (name) => elements(name, lists[name]!.length)).map((query) => bindTo<Values & Lists>(query))
    prepared.set(lengths, made)
    return made.map((bind) => bind({ ...values, ...lists }))
  }
}

// A few fixed sizes: each number of rows is another text for the database to parse and remember.
const rowsAtOnce = [64, 16, 4, 1] as const

/** {@link prepare} for a statement of many rows, which becomes several statements of a few sizes. `build` gets rows of places for values. */
export function prepareRows<Row extends object>(
  query: Kysely<Schema>,
  columns: readonly (keyof Row & string)[],
  build: (rows: readonly Record<keyof Row, never>[]) => Compilable,
): (rows: readonly Row[]) => CompiledQuery[] {
  const prepared = new Map<number, (rows: readonly Row[]) => CompiledQuery>()
  const places = (size: number) =>
    Array.from({ length: size }, (_, place) =>
      Object.fromEntries(
        columns.map((column) => [column, new Placeholder<readonly Row[]>((rows) => rows[place]![column])]),
      ),
    ) as Record<keyof Row, never>[]
  const of = (size: number) => {
    const known = prepared.get(size) ?? bindTo<readonly Row[]>(build(places(size)).compile(query))
    prepared.set(size, known)
    return known
  }
  return (rows) => {
    const bound: CompiledQuery[] = []
    for (let from = 0; from < rows.length; ) {
      const size = rowsAtOnce.find((candidate) => candidate <= rows.length - from)!
      bound.push(of(size)(rows.slice(from, from + size)))
      from += size
    }
    return bound
  }
}
