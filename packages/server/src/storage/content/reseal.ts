import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Database, Statement } from '../database.ts'
import { octets, pageBytes, rowsWithin } from '../page-size.ts'
import { SealError } from '../sealing/sealed-box.ts'
import { type ContentTable, contentColumns, contentOf } from './content-columns.ts'
import { ContentPasses, type Pass } from './content-passes.ts'
import { looksSealed, storedForms } from './stored-form.ts'

export { ContentPasses }

type Row = Record<string, unknown>

interface ResealOptions {
  readonly now?: () => number
  /** A row that cannot be opened stays as it is. */
  readonly unreadable?: (table: string, error: SealError) => void
  /** Rests so long after each step, as a multiple of its time: others use the database too. */
  readonly rest?: number
}

const rowsAtOnce = 100
const shortestRestMs = 5
const longestRestMs = 2_000

/** Brings what was stored before into the form in which content is written now. A few rows at a time, each only as it was read; how far it came is stored in the
 *  same unit, so that it can be killed anywhere. A table is done when it was read from end to end and there was nothing to change: rows may move while it is read. */
export class Reseal {
  readonly #database: Database
  readonly #passes: ContentPasses
  readonly #options: ResealOptions

  constructor(database: Database, options: ResealOptions = {}) {
    this.#database = database
    this.#passes = new ContentPasses(database)
    this.#options = options
  }

  /** @returns how many rows were changed */
  async run(signal?: AbortSignal): Promise<number> {
    let changed = 0
    const known = await this.#passes.all()
    const seals = this.#database.content.isOn
    for (const table of Object.keys(contentColumns) as ContentTable[]) {
      const before = known.get(table)
      let pass: Pass =
        before?.seals === seals ? before : { table, seals, place: null, changed: 0, changedNow: 0, done: false }
      while (!pass.done && !signal?.aborted) {
        const begun = performance.now()
        const next = await this.#step(pass)
        changed += next.changed - pass.changed
        pass = next
        if (!pass.done) await this.#rest(performance.now() - begun, signal)
      }
    }
    return changed
  }

  async #rest(tookMs: number, signal: AbortSignal | undefined): Promise<void> {
    const ms = Math.min(longestRestMs, Math.max(shortestRestMs, tookMs * (this.#options.rest ?? 2)))
    await sleep(ms, undefined, { ...(signal && { signal }) }).catch(() => {})
  }

  async #step(pass: Pass): Promise<Pass> {
    const { table } = pass
    const { key } = contentOf(table)
    const { rows, isLast } = await this.#page(pass)
    const unit: Statement[] = []
    for (const row of rows) {
      const change = pass.seals ? this.#sealed(table, row) : await this.#opened(table, row)
      if (change) unit.push(this.#update(table, row, change))
    }
    const changedNow = pass.changedNow + unit.length
    const last = rows.at(-1)
    const next: Pass = {
      ...pass,
      changed: pass.changed + unit.length,
      changedNow: isLast ? 0 : changedNow,
      place: isLast || !last ? null : key.map((column) => last[column] as string | number),
      done: isLast && changedNow === 0,
    }
    await this.#database.commit([...unit, this.#passes.put(next, (this.#options.now ?? Date.now)())])
    return next
  }

  async #page({ table, place }: Pass): Promise<{ rows: Row[]; isLast: boolean }> {
    const { key, row: names, columns } = contentOf(table)
    const contents = Object.keys(columns)
    const order = sql.join(key.map((column) => sql.ref(column)))
    const behind = place ? sql`where (${order}) > (${sql.join(place)})` : sql``
    const size = sql.join(
      contents.map((column) => sql`coalesce(${octets(column)}, 0)`),
      sql` + `,
    )
    const sizes = sql`select ${order}, ${size} as size from ${sql.table(table)} ${behind} order by ${order} limit ${rowsAtOnce}`
    const wanted = [...new Set(['device_id', ...key, ...names, ...contents])].map((column) => sql.ref(column))
    const { rows } = await sql<
      Row & { size: number }
    >`select ${sql.join(wanted)}, ${size} as size from ${sql.table(table)}
      ${behind} order by ${order} limit ${rowsWithin(sizes, order, pageBytes)}`.execute(this.#database.query)
    const bytes = rows.reduce((sum, row) => sum + Number(row.size), 0)
    return { rows, isLast: rows.length < rowsAtOnce && bytes < pageBytes }
  }

  /** What of a row is in clear, as it is to be stored. */
  #sealed(table: ContentTable, row: Row): Row | undefined {
    const { content, dialect } = this.#database
    const form = storedForms[dialect]
    const change: Row = {}
    for (const column of Object.keys(contentOf(table).columns)) {
      const value = row[column] as string | Uint8Array | null
      if (form.isSealed(value)) continue
      const sealed = content.sealedValue(table, column as never, row as never, value)
      if (sealed !== value) change[column] = sealed
    }
    return Object.keys(change).length > 0 ? change : undefined
  }

  /** What of a row is sealed, as it was. What could be taken for a sealed value stays one. */
  async #opened(table: ContentTable, row: Row): Promise<Row | undefined> {
    const { content, dialect } = this.#database
    const form = storedForms[dialect]
    const sealed = Object.keys(contentOf(table).columns).filter((column) => form.isSealed(row[column]))
    if (sealed.length === 0) return undefined
    try {
      const [opened] = await content.opened(table, [{ ...row }])
      const wanted = sealed.filter((column) => !looksSealed(opened![column]) && opened![column] !== null)
      return wanted.length > 0 ? Object.fromEntries(wanted.map((column) => [column, opened![column]])) : undefined
    } catch (error) {
      if (!(error instanceof SealError)) throw error
      this.#options.unreadable?.(table, error)
      return undefined
    }
  }

  #update(table: ContentTable, row: Row, change: Row): Statement {
    const set = Object.entries(change).map(([column, value]) => sql`${sql.ref(column)} = ${value}`)
    const same = [...contentOf(table).key, ...Object.keys(change)].map(
      (column) => sql`${sql.ref(column)} = ${row[column]}`,
    )
    const update = sql`update ${sql.table(table)} set ${sql.join(set)} where ${sql.join(same, sql` and `)}`
    return { query: update.compile(this.#database.query) }
  }
}
