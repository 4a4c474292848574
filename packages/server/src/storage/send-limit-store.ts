import { type Selectable, sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { prepare } from './prepare.ts'
import type { SendLimitTable } from './schema.ts'

export type SendLimitRow = Selectable<SendLimitTable>

/** What left on a day. */
export interface DayCounts {
  readonly sent: number
  /** People who were written to first. */
  readonly newContacts: number
}

/** How much may leave on a day. */
export interface DayBounds {
  readonly sent: number
  readonly newContacts: number
}

/** More than any device sends. */
const noBound = 2 ** 31 - 1
export const unbounded: DayBounds = { sent: noBound, newContacts: noBound }

type CountValues = Record<'device' | 'day' | 'sent' | 'fresh' | 'mostSent' | 'mostFresh' | 'at', unknown>

/** The `send_limit` table, and `sent_count`: how many messages left on a day. */
export class SendLimitStore {
  readonly #database: Database
  readonly #count: (values: CountValues) => Statement['query']

  constructor(database: Database) {
    this.#database = database
    // Whether there is room is asked by the statement itself, also for the first of the day.
    this.#count = prepare(
      database.query,
      (value) => sql`insert into sent_count (device_id, day, sent, new_contacts, updated_at)
        select ${value('device')}, ${value('day')}, cast(${value('sent')} as integer), cast(${value('fresh')} as integer),
          cast(${value('at')} as bigint)
        where cast(${value('sent')} as integer) <= ${value('mostSent')} and cast(${value('fresh')} as integer) <= ${value('mostFresh')}
        on conflict (device_id, day) do update set sent = sent_count.sent + excluded.sent,
          new_contacts = sent_count.new_contacts + excluded.new_contacts, updated_at = excluded.updated_at
        where (excluded.sent = 0 or sent_count.sent + excluded.sent <= ${value('mostSent')})
          and (excluded.new_contacts = 0 or sent_count.new_contacts + excluded.new_contacts <= ${value('mostFresh')})`,
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

  /** Counts what leaves on a day. `full` makes the error when no more may. */
  count(
    deviceId: string,
    day: string,
    more: DayCounts,
    most: DayBounds,
    { at, full }: { readonly at: number; readonly full: () => Error },
  ): Statement {
    const values = { device: deviceId, day, sent: more.sent, fresh: more.newContacts, at }
    return { query: this.#count({ ...values, mostSent: most.sent, mostFresh: most.newContacts }), orElse: full }
  }

  async countOf(deviceId: string, day: string): Promise<DayCounts> {
    const row = await this.#database.query
      .selectFrom('sent_count')
      .select(['sent', 'new_contacts'])
      .where('device_id', '=', deviceId)
      .where('day', '=', day)
      .executeTakeFirst()
    return { sent: Number(row?.sent ?? 0), newContacts: Number(row?.new_contacts ?? 0) }
  }

  /** Begins the count of a day with what is stored, whatever was counted before. */
  beginCount(deviceId: string, day: { readonly name: string; readonly beginsAt: number }, at: number): Statement {
    const sent = sql`select count(*) from message
      where device_id = ${deviceId} and sent_at >= ${day.beginsAt} and source = 'sent' and listed = 1
      and state in ('sent', 'delivered', 'read', 'played')
      and chat in (select jid from chat where device_id = ${deviceId} and last_message_at >= ${day.beginsAt})`
    const fresh = sql`select count(*) from new_contact where device_id = ${deviceId} and first_at >= ${day.beginsAt}`
    const begin = sql`insert into sent_count (device_id, day, sent, new_contacts, updated_at)
      values (${deviceId}, ${day.name}, (${sent}), (${fresh}), ${at})
      on conflict (device_id, day) do update set sent = excluded.sent, new_contacts = excluded.new_contacts,
        updated_at = excluded.updated_at`
    return { query: begin.compile(this.#database.query) }
  }

  /** Forgets the counts of days that nobody asks for any more. */
  async purge(before: number): Promise<void> {
    const gone = this.#database.query.deleteFrom('sent_count').where('updated_at', '<', before)
    await this.#database.commit([{ query: gone.compile() }])
  }
}
