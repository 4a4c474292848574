import { sql } from 'kysely'
import type { Database } from './database.ts'
import { databaseNow } from './database-time.ts'

interface NewTicket {
  readonly hash: string
  readonly scope: string
  readonly content: string
  readonly lifeMs: number
}

/** The `ticket` table. */
export class TicketStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** @param most unused ones of a scope @param tooMany made when there are so many */
  async add({ hash, scope, content, lifeMs }: NewTicket, most: number, tooMany: () => Error): Promise<void> {
    const { query } = this.#database
    const dropOld = query.deleteFrom('ticket').where('scope', '=', scope).where('ends_at', '<=', databaseNow)
    const insert = sql`insert into ticket (hash, scope, content, ends_at)
      select ${hash}, ${scope}, ${content}, ${databaseNow} + ${sql.lit(lifeMs)}
      where (select count(*) from ticket where scope = ${scope}) < ${sql.lit(most)}`
    await this.#database.commit([{ query: dropOld.compile() }, { query: insert.compile(query), orElse: tooMany }])
  }

  /** Takes it away, so that nobody gets it twice. Undefined: there is none, or its time is over. */
  async take(hash: string): Promise<string | undefined> {
    const remove = sql`delete from ticket where hash = ${hash} returning content, ends_at > ${databaseNow} as counts`
    const [taken] = await this.#database.commit([{ query: remove.compile(this.#database.query) }])
    const row = taken?.rows[0]
    return row?.['counts'] === true ? String(row['content']) : undefined
  }
}
