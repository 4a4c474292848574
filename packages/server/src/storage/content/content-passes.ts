import type { Database, Statement } from '../database.ts'
import type { ContentTable } from './content-columns.ts'

/** How far the rows of a table are in the form in which content is written now. */
export interface Pass {
  readonly table: ContentTable
  /** They are sealed; otherwise they are opened. */
  readonly seals: boolean
  /** Key of the last row that was looked at; null at the beginning. */
  readonly place: readonly (string | number)[] | null
  /** Rows that were changed. */
  readonly changed: number
  /** Of those, since the beginning of the table. */
  readonly changedNow: number
  readonly done: boolean
}

/** The `content_pass` table. */
export class ContentPasses {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async all(): Promise<Map<string, Pass>> {
    const rows = await this.#database.query.selectFrom('content_pass').selectAll().execute()
    const passes = rows.map(
      (row): Pass => ({
        table: row.name as ContentTable,
        seals: row.seals === 1,
        place: row.place === null ? null : JSON.parse(row.place),
        changed: Number(row.changed),
        changedNow: Number(row.changed_now),
        done: row.done === 1,
      }),
    )
    return new Map(passes.map((pass) => [pass.table, pass]))
  }

  put({ table, seals, place, changed, changedNow, done }: Pass, now: number): Statement {
    const values = {
      seals: seals ? (1 as const) : (0 as const),
      place: place && JSON.stringify(place),
      ...{ changed, changed_now: changedNow, done: done ? (1 as const) : (0 as const), updated_at: now },
    }
    const put = this.#database.query
      .insertInto('content_pass')
      .values({ name: table, ...values })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
    return { query: put.compile() }
  }

  /** Every table is read again: rows may have come from elsewhere. */
  again(): Statement {
    return { query: this.#database.query.deleteFrom('content_pass').compile() }
  }
}
