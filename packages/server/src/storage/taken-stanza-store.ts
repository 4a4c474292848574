import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { prepare } from './prepare.ts'

type Values = Record<'deviceId' | 'id' | 'at', unknown>

/** The `taken_stanza` table: what came in and says by nothing but its stanza that it came before. */
export class TakenStanzaStore {
  readonly #database: Database
  readonly #take: (values: Values) => Statement['query']

  constructor(database: Database) {
    this.#database = database
    this.#take = prepare<Values>(
      database.query,
      (value) => sql`insert into taken_stanza (device_id, id, taken_at)
        values (${value('deviceId')}, ${value('id')}, ${value('at')}) on conflict do nothing`,
    )
  }

  /** Joins the unit that an item makes. @param repeated what the unit rejects with when the item was taken before */
  take(deviceId: string, id: string, at: number, repeated: () => Error): Statement {
    return { query: this.#take({ deviceId, id, at }), orElse: repeated }
  }

  /** Forgets what was taken before. */
  async purge(before: number): Promise<void> {
    const { query } = this.#database
    await this.#database.commit([{ query: query.deleteFrom('taken_stanza').where('taken_at', '<', before).compile() }])
  }
}
