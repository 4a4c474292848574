import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import type { DueSendTable } from './schema.ts'

export type DueSend = DueSendTable

/** The `due_send` and `auto_reply` tables: texts that a device is to send by itself, and when it answered in a chat by itself last. */
export class DueSendStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** What is to be sent, oldest first. */
  async list(deviceId: string): Promise<DueSend[]> {
    const rows = await this.#database.query
      .selectFrom('due_send')
      .selectAll()
      .where('device_id', '=', deviceId)
      .orderBy('created_at')
      .execute()
    return this.#database.content.opened('due_send', rows)
  }

  /** Safe to repeat. */
  add(row: DueSend): Statement {
    const insert = this.#database.query
      .insertInto('due_send')
      .values(this.#database.content.sealed('due_send', row))
      .onConflict((conflict) => conflict.columns(['device_id', 'message_id']).doNothing())
    return { query: insert.compile() }
  }

  done(deviceId: string, messageId: string): Statement {
    const remove = this.#database.query
      .deleteFrom('due_send')
      .where('device_id', '=', deviceId)
      .where('message_id', '=', messageId)
    return { query: remove.compile() }
  }

  /** Of a link that is gone nothing is sent any more. */
  async forget(deviceId: string): Promise<void> {
    const remove = this.#database.query.deleteFrom('due_send').where('device_id', '=', deviceId)
    await this.#database.commit([{ query: remove.compile() }], { lane: deviceId })
  }

  /** When a chat was answered last, by whichever of its addresses. */
  async lastReply(deviceId: string, chats: readonly string[]): Promise<number | undefined> {
    const rows = await this.#database.query
      .selectFrom('auto_reply')
      .select('at')
      .where('device_id', '=', deviceId)
      .where('chat', 'in', chats)
      .execute()
    return rows.length === 0 ? undefined : Math.max(...rows.map(({ at }) => Number(at)))
  }

  /** `sooner` makes the error when the chat was answered since `before`. */
  replied(deviceId: string, chat: string, at: number, before: number, sooner: () => Error): Statement {
    const put = sql`insert into auto_reply (device_id, chat, at) values (${deviceId}, ${chat}, ${at})
      on conflict (device_id, chat) do update set at = excluded.at where auto_reply.at <= ${before}`
    return { query: put.compile(this.#database.query), orElse: sooner }
  }

  /** Forgets chats that were answered before an instant. */
  async purge(before: number): Promise<void> {
    const gone = sql`delete from auto_reply where at < ${before}`
    await this.#database.commit([{ query: gone.compile(this.#database.query) }])
  }
}
