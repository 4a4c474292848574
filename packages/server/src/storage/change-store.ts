import { sql } from 'kysely'
import type { Database } from './database.ts'
import { databaseNow } from './database-time.ts'

/** What changed: the name of a table, and which row of it. */
export interface Change {
  readonly id: number
  readonly kind: string
  readonly target: string
}

/** What a transaction wrote may be seen so much later than it was written: none of ours is open for longer. */
export const latestMs = 30_000
const keptMs = 10 * 60_000

/** Changes that every node must hear of. They are read by time and not by number: numbers are given out before their transactions are seen. */
export class ChangeStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Those that may have become visible since this was asked {@link latestMs} ago, in the order of their numbers: most of them again and again. */
  async recent(): Promise<Change[]> {
    const { query } = this.#database
    const rows = await query
      .selectFrom('change')
      .select(['id', 'kind', 'target'])
      .where('at', '>', sql<number>`${databaseNow} - ${sql.lit(latestMs)}`)
      .orderBy('id')
      .execute()
    return rows.map(({ id, kind, target }) => ({ id: Number(id), kind, target }))
  }

  /** Forgets what every node has heard of, and what has run out. */
  async purge(): Promise<void> {
    const { query, dialect } = this.#database
    if (dialect === 'sqlite') return
    const old = sql<number>`${databaseNow} - ${sql.lit(keptMs)}`
    await this.#database.commit([
      { query: query.deleteFrom('change').where('at', '<', old).compile() },
      { query: query.deleteFrom('ticket').where('ends_at', '<', databaseNow).compile() },
      { query: query.deleteFrom('request_window').where('ends_at', '<', databaseNow).compile() },
    ])
  }
}
