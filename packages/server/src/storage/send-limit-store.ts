import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { prepare } from './prepare.ts'
import type { SendLimitTable } from './schema.ts'

export type SendLimitRow = SendLimitTable

/** The `send_limit` table, and `sent_count`: how many messages left on a day. */
export class SendLimitStore {
  readonly #database: Database
  readonly #count: (values: Record<'device' | 'day' | 'most' | 'at', unknown>) => Statement['query']

  constructor(database: Database) {
    this.#database = database
    this.#count = prepare(
      database.query,
      (value) => sql`insert into sent_count (device_id, day, sent, updated_at)
        values (${value('device')}, ${value('day')}, 1, ${value('at')})
        on conflict (device_id, day) do update set sent = sent_count.sent + 1, updated_at = excluded.updated_at
        where sent_count.sent < ${value('most')}`,
    )
  }

  /** Of all devices, or of some. */
  all(among?: readonly string[]): Promise<SendLimitRow[]> {
    const select = this.#database.query.selectFrom('send_limit').selectAll()
    return (among ? select.where('device_id', 'in', among) : select).execute()
  }

  put(row: SendLimitRow): Statement {
    const { device_id: _, ...values } = row
    const insert = this.#database.query
      .insertInto('send_limit')
      .values(row)
      .onConflict((conflict) => conflict.column('device_id').doUpdateSet(values))
    return { query: insert.compile() }
  }

  /** Counts one more message of a day. `full` makes the error when there are so many already. */
  count(deviceId: string, day: string, most: number, at: number, full: () => Error): Statement {
    return { query: this.#count({ device: deviceId, day, most, at }), orElse: full }
  }

  async countOf(deviceId: string, day: string): Promise<number> {
    const row = await this.#database.query
      .selectFrom('sent_count')
      .select('sent')
      .where('device_id', '=', deviceId)
      .where('day', '=', day)
      .executeTakeFirst()
    return Number(row?.sent ?? 0)
  }

  /** Begins the count of a day with what the stored messages say, whatever was counted before. */
  beginCount(deviceId: string, day: { readonly name: string; readonly beginsAt: number }, at: number): Statement {
    const begin = sql`insert into sent_count (device_id, day, sent, updated_at)
      select device_id, ${day.name}, count(*), ${at} from message
      where device_id = ${deviceId} and sent_at >= ${day.beginsAt} and source = 'sent' and listed = 1
      and state in ('sent', 'delivered', 'read', 'played')
      and chat in (select jid from chat where device_id = ${deviceId} and last_message_at >= ${day.beginsAt})
      group by device_id
      on conflict (device_id, day) do update set sent = excluded.sent, updated_at = excluded.updated_at`
    return { query: begin.compile(this.#database.query) }
  }

  /** Forgets the counts of days that nobody asks for any more. */
  async purge(before: number): Promise<void> {
    const gone = this.#database.query.deleteFrom('sent_count').where('updated_at', '<', before)
    await this.#database.commit([{ query: gone.compile() }])
  }
}
