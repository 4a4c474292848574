import type { Database, Statement } from './database.ts'

/** The `status_audience` table: the people who got each status post. */
export class StatusAudienceStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Joins the unit that accepts the post. */
  keep(deviceId: string, messageId: string, people: readonly string[], at: number): Statement {
    const insert = this.#database.query
      .insertInto('status_audience')
      .values({ device_id: deviceId, message_id: messageId, people: JSON.stringify(people), created_at: at })
    return { query: insert.compile() }
  }

  async find(deviceId: string, messageId: string): Promise<readonly string[] | undefined> {
    const row = await this.#database.query
      .selectFrom('status_audience')
      .select('people')
      .where('device_id', '=', deviceId)
      .where('message_id', '=', messageId)
      .executeTakeFirst()
    return row && (JSON.parse(row.people) as string[])
  }

  /** Forgets those of older posts. */
  async purge(before: number): Promise<void> {
    const { query } = this.#database
    const remove = query.deleteFrom('status_audience').where('created_at', '<', before)
    await this.#database.commit([{ query: remove.compile() }])
  }
}
