import { sql } from 'kysely'
import type { Database } from './database.ts'
import { databaseNow } from './database-time.ts'

export interface Use {
  readonly name: string
  readonly used: number
  /** Until the window ends. */
  readonly leftMs: number
}

/** The `request_window` table: what all nodes together have used. */
export class RequestWindowStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Adds what was used here to windows, and begins those that are over. @returns all of each, in no order */
  async add(uses: readonly Use[]): Promise<Use[]> {
    if (uses.length === 0) return []
    // All nodes lock rows in the same order.
    const inOrder = [...uses].sort((a, b) => (a.name < b.name ? -1 : 1))
    const rows = sql.join(
      inOrder.map(
        ({ name, used, leftMs }) => sql`(${name}, ${used}::bigint, ${databaseNow} + ${Math.ceil(leftMs)}::bigint)`,
      ),
    )
    const isOver = sql`w.ends_at <= ${databaseNow}`
    const upsert = sql`insert into request_window as w (name, used, ends_at) values ${rows}
      on conflict (name) do update set
        used = case when ${isOver} then excluded.used else w.used + excluded.used end,
        ends_at = case when ${isOver} then excluded.ends_at else w.ends_at end
      returning name, used, ends_at - ${databaseNow} as left_ms`
    const [added] = await this.#database.commit([{ query: upsert.compile(this.#database.query) }])
    return added!.rows.map((row) => ({
      name: String(row['name']),
      used: Number(row['used']),
      leftMs: Number(row['left_ms']),
    }))
  }
}
