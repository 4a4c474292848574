import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import { AppError } from '../errors/app-error.ts'
import type { Database, Statement } from './database.ts'
import { eventOrder, firstDay, inDays } from './event-days.ts'
import { octets, pageBytes, rowsWithin } from './page-size.ts'
import { prepare } from './prepare.ts'
import type { EventTable } from './schema.ts'

/** One row of the log as it is written. Its `seq` is decided by the database. */
export interface EventRow {
  readonly id: string
  readonly type: string
  /** JSON text. */
  readonly payload: string
  readonly backfill: boolean
}

export interface StoredEvent extends EventRow {
  readonly deviceId: string
  readonly seq: number
  readonly createdAt: number
}

/** @param row opened */
export const toStoredEvent = (row: EventTable): StoredEvent => ({
  id: row.id,
  deviceId: row.device_id,
  seq: Number(row.seq),
  type: row.type,
  payload: row.payload,
  backfill: row.backfill === 1,
  createdAt: Number(row.created_at),
})

/** Whether a page of the log ended because there was no more, and not because it was full. @param rows as they are stored */
export const isLastPage = (
  rows: readonly Pick<EventTable, 'payload'>[],
  { limit, bytes }: { limit: number; bytes: number },
) => rows.length < limit && rows.reduce((sum, { payload }) => sum + Buffer.byteLength(payload), 0) < bytes

/** The `event` table: append with gapless numbers, read by cursor. */
export class EventStore {
  readonly #database: Database
  readonly #takeNumbers: (values: Record<'device' | 'count' | 'day', unknown>) => CompiledQuery
  readonly #insert: (
    values: Record<'id' | 'device' | 'back' | 'type' | 'payload' | 'backfill' | 'at', unknown>,
  ) => CompiledQuery

  constructor(database: Database) {
    this.#database = database
    this.#takeNumbers = prepare(database.query, (value) =>
      database.days
        ? takeNumbersOfDay(value)
        : sql`update device set event_seq = event_seq + ${value('count')} where id = ${value('device')} returning event_seq, api_key_id`,
    )
    const [day, ofDevice] = database.days ? [sql`, day`, sql`, event_day`] : [sql``, sql``]
    this.#insert = prepare(
      database.query,
      (value) => sql`insert into event (id, device_id, seq, type, payload, backfill, created_at${day})
        select ${value('id')}, id, event_seq - ${value('back')}, ${value('type')}, ${value('payload')}, ${value('backfill')}, ${value('at')}${ofDevice}
        from device where id = ${value('device')}`,
    )
  }

  /** Statements for one unit. The update locks the device's row, so that numbers are committed in their order and a rolled back unit leaves no gap.
   *  The unit rejects with `device_not_found` when the device is gone; `numbered` gets the last number, and the API key of the device, once it is durable. */
  append(
    deviceId: string,
    events: readonly EventRow[],
    at: number,
    numbered?: (lastSeq: number, apiKeyId: number) => void,
  ): Statement[] {
    if (events.length === 0) return []
    const numbers: Statement = {
      query: this.#takeNumbers({ device: deviceId, count: events.length, day: this.#database.days?.dayFor(at) }),
      orElse: () => new AppError('device_not_found'),
      whenDurable: ({ rows: [row] }) => numbered?.(Number(row!['event_seq']), Number(row!['api_key_id'])),
    }
    const { content } = this.#database
    const rows = events.map((event, index) => ({
      query: this.#insert({
        ...event,
        payload: content.sealedValue('event', 'payload', { device_id: deviceId, id: event.id }, event.payload),
        device: deviceId,
        back: events.length - 1 - index,
        backfill: event.backfill ? 1 : 0,
        at,
      }),
    }))
    return [numbers, ...rows]
  }

  /** A page of the events after a cursor, oldest first. It ends after `limit` events or {@link pageBytes}. */
  async read(
    deviceId: string,
    options: { after: number; types?: readonly string[]; limit: number; bytes?: number },
  ): Promise<{ events: StoredEvent[]; isLast: boolean }> {
    const day = await firstDay(this.#database, deviceId, options.after + 1)
    if (this.#database.days && !this.#database.days.isRecent(day)) {
      // A statement about few days is planned soon, and mostly they fill the page.
      const page = await this.#page(deviceId, options, { from: day, to: day + 1 })
      if (!page.isLast) return page
    }
    return this.#page(deviceId, options, { from: day })
  }

  async #page(
    deviceId: string,
    options: { after: number; types?: readonly string[]; limit: number; bytes?: number },
    days: { readonly from: number; readonly to?: number },
  ): Promise<{ events: StoredEvent[]; isLast: boolean }> {
    const { after, types, limit, bytes = pageBytes } = options
    const wanted = types?.length ? sql`and e.type in (${sql.join([...types])})` : sql``
    const page = (
      columns: RawBuilder<unknown>,
      most: RawBuilder<unknown>,
    ) => sql<EventTable>`select ${columns} from event e
      where e.device_id = ${deviceId} and e.seq > ${after} ${inDays(this.#database, days)} ${wanted}
      order by ${eventOrder(this.#database)} limit ${most}`
    const sizes = page(sql`e.seq, ${octets('e.payload')} as size`, sql`${limit}`)
    const { rows } = await page(sql`e.*`, rowsWithin(sizes, sql`seq`, bytes)).execute(this.#database.query)
    const isLast = isLastPage(rows, { limit, bytes })
    return { events: (await this.#database.content.opened('event', rows)).map(toStoredEvent), isLast }
  }

  /** `prunedTo`: up to this number events were deleted because of their age. `last`: the last number given out. Both 0 at the beginning. */
  async bounds(deviceId: string): Promise<{ prunedTo: number; last: number }> {
    const row = await this.#database.query
      .selectFrom('device')
      .select(['event_seq', 'events_pruned_to'])
      .where('id', '=', deviceId)
      .executeTakeFirst()
    return { prunedTo: Number(row?.events_pruned_to ?? 0), last: Number(row?.event_seq ?? 0) }
  }
}

/** The same where the log is cut by day. A device stays on a day until an event of a later one comes; the first event of each day is noted. */
const takeNumbersOfDay = (value: (name: 'device' | 'count' | 'day') => never) => sql`with taken as (
    update device set event_seq = event_seq + ${value('count')}, event_day = greatest(event_day, ${value('day')}),
      event_day_first = case when event_day < ${value('day')} then event_seq + 1 else event_day_first end
    where id = ${value('device')} returning id, event_seq, api_key_id, event_day, event_day_first),
  begun as (insert into event_day (device_id, first_seq, day)
    select id, event_day_first, event_day from taken where event_day_first = event_seq - ${value('count')} + 1)
  select event_seq, api_key_id from taken`
