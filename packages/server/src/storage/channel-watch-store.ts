import { sql } from 'kysely'
import type { Database } from './database.ts'

/** The `channel_watch` table: channels of which live counts are wanted. */
export class ChannelWatchStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async add(deviceId: string, channel: string, at: number): Promise<void> {
    const { query } = this.#database
    const add = sql`insert into channel_watch (device_id, channel, created_at)
      values (${deviceId}, ${channel}, ${at}) on conflict do nothing`
    await this.#database.commit([{ query: add.compile(query) }], { lane: deviceId })
  }

  async remove(deviceId: string, channel: string): Promise<void> {
    const { query } = this.#database
    const gone = query.deleteFrom('channel_watch').where('device_id', '=', deviceId).where('channel', '=', channel)
    await this.#database.commit([{ query: gone.compile() }], { lane: deviceId })
  }

  async has(deviceId: string, channel: string): Promise<boolean> {
    const { query } = this.#database
    const found = query.selectFrom('channel_watch').select('channel').where('device_id', '=', deviceId)
    return (await found.where('channel', '=', channel).executeTakeFirst()) !== undefined
  }

  /** The newest wishes first. */
  async list(deviceId: string, limit: number): Promise<string[]> {
    const rows = await this.#database.query
      .selectFrom('channel_watch')
      .select('channel')
      .where('device_id', '=', deviceId)
      .orderBy('created_at', 'desc')
      .limit(limit)
      .execute()
    return rows.map(({ channel }) => channel)
  }
}
