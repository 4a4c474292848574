import { sql } from 'kysely'
import type { Database } from './database.ts'

/** The `presence_subscription` table: WhatsApp forgets subscriptions when the connection ends. */
export class PresenceSubscriptionStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async add(deviceId: string, jid: string, at: number): Promise<void> {
    const { query } = this.#database
    const add = sql`insert into presence_subscription (device_id, jid, created_at)
      values (${deviceId}, ${jid}, ${at}) on conflict do nothing`
    await this.#database.commit([{ query: add.compile(query) }], { lane: deviceId })
  }

  async remove(deviceId: string, jid: string): Promise<void> {
    const { query } = this.#database
    const gone = query.deleteFrom('presence_subscription').where('device_id', '=', deviceId).where('jid', '=', jid)
    await this.#database.commit([{ query: gone.compile() }], { lane: deviceId })
  }

  async list(deviceId: string, limit: number): Promise<string[]> {
    const rows = await this.#database.query
      .selectFrom('presence_subscription')
      .select('jid')
      .where('device_id', '=', deviceId)
      .orderBy('created_at', 'desc')
      .limit(limit)
      .execute()
    return rows.map(({ jid }) => jid)
  }
}
