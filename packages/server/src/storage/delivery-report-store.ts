import { sql } from 'kysely'
import type { Database } from './database.ts'
import { apart, type DeliveryLog, type LogEntry, type LogRow, placeOf, unpackRow } from './delivery-log.ts'
import {
  areInFront,
  type DeliveryReport,
  type EventRow,
  isInFront,
  isOlder,
  ofEntry,
  ofState,
  type Place,
  type Reported,
  type StateRow,
  stateColumns,
} from './delivery-report.ts'
import { filterOfSpan, parts, type Span, type SpanRow, stretches, toSpan, wantedBy, wants } from './delivery-spans.ts'
import { eventOrder } from './event-days.ts'
import { pageBytes } from './page-size.ts'
import { pendingCounts } from './pending-counts.ts'
import { slices } from './slices.ts'

export interface ReportQuery {
  readonly limit: number
  /** Only what is in front of it: the `seq` of an event, or its id where the webhook is that of an API key. */
  readonly before?: number | string | undefined
  readonly state?: DeliveryReport['state'] | undefined
  readonly bytes?: number
}

/** What is asked for, and what it is found with. */
interface Page extends Reported {
  readonly before: Place
  readonly limit: number
  /** Of each device: what waits, or waits again. */
  readonly spans: ReadonlyMap<string, readonly Span[]>
}

/** About what a delivery and an attempt take in an answer. */
const rowBytes = 512
const attemptBytes = 1024

const rowsAtOnce = 5000

/** What people want to know about deliveries. What waits and what has failed is read where deliveries read it, and what succeeded from
 *  the log. */
export class DeliveryReportStore {
  readonly #database: Database
  readonly #log: DeliveryLog
  readonly #byNameOnly: readonly string[]

  constructor(database: Database, log: DeliveryLog, byNameOnly: readonly string[] = []) {
    this.#database = database
    this.#log = log
    this.#byNameOnly = byNameOnly
  }

  /** A page, newest first, from behind `before` on. It ends after `limit` deliveries or {@link pageBytes}, attempts included. */
  async list(webhook: Reported, options: ReportQuery): Promise<DeliveryReport[]> {
    const before = await this.#place(webhook, options.before)
    if (before === undefined) return []
    const { limit, state } = options
    const page: Page = { ...webhook, before, limit, spans: await this.#spans(webhook) }
    const parts = await Promise.all([
      state === undefined || state === 'pending' ? this.#pending(page) : [],
      state === undefined || state === 'dead' ? this.#dead(page) : [],
      state === undefined || state === 'success' ? this.#delivered(page) : [],
    ])
    const found = new Map<string, DeliveryReport>()
    // An event that was put up again is what it is now.
    for (const report of parts.flat()) {
      const name = `${report.deviceId} ${report.seq}`
      if (!found.has(name)) found.set(name, report)
    }
    const sorted = [...found.values()].sort((one, other) => (isOlder(one, other, webhook) ? 1 : -1)).slice(0, limit)
    let taken = 0
    return sorted.filter(({ attempts, response }) => {
      const fits = taken < (options.bytes ?? pageBytes)
      taken += rowBytes + (response === null ? 0 : Buffer.byteLength(response)) + attempts * attemptBytes
      return fits
    })
  }

  async countByState(): Promise<Record<DeliveryReport['state'], number>> {
    const { query } = this.#database
    const [pending, dead, delivered] = await Promise.all([
      pendingCounts(this.#database, { byNameOnly: this.#byNameOnly }),
      query
        .selectFrom('delivery_state')
        .select(({ fn }) => fn.countAll().as('count'))
        .where('state', '=', sql.lit('dead' as const))
        .executeTakeFirst(),
      this.#countDelivered(),
    ])
    return {
      pending: pending.count,
      success: delivered + this.#log.recentCount,
      dead: Number(dead?.count ?? 0),
    }
  }

  /** How many deliveries are in the rows of the log, some thousands of rows at a time. */
  async #countDelivered(): Promise<number> {
    let total = 0
    for (let after = sql`(0, -1, '', 0)`; ; ) {
      const { rows } = await sql<Record<'webhook_id' | 'place' | 'number' | 'count', number> & { device_id: string }>`
        select webhook_id, place, device_id, number, count from delivery_log
        where (webhook_id, place, device_id, number) > ${after}
        order by webhook_id, place, device_id, number limit ${rowsAtOnce}`.execute(this.#database.query)
      for (const { count } of rows) total += Number(count)
      const last = rows.at(-1)
      if (!last || rows.length < rowsAtOnce) return total
      after = sql`(${last.webhook_id}, ${last.place}, ${last.device_id}, ${last.number})`
    }
  }

  /** Where a page begins; undefined when nothing is in front of it. */
  async #place({ deviceId }: Reported, before: number | string | undefined): Promise<Place | undefined> {
    if (before === undefined) return { place: Number.MAX_SAFE_INTEGER, eventId: '' }
    if (deviceId !== null) return { place: Number(before), eventId: '' }
    const event = this.#database.query.selectFrom('event').select('created_at').where('id', '=', String(before))
    const found = await event.executeTakeFirst()
    return found && { place: Number(found.created_at), eventId: String(before) }
  }

  async #spans({ webhookId, deviceId }: Reported): Promise<Map<string, Span[]>> {
    const only = deviceId === null ? sql`` : sql`and s.device_id = ${deviceId}`
    const { rows } = await sql<SpanRow & { device_id: string }>`select s.device_id, s.origin, s.next_seq,
      case when s.to_seq > d.event_seq then d.event_seq else s.to_seq end as to_seq, ${filterOfSpan} as filter
      from delivery_span s join webhook w on w.id = s.webhook_id join device d on d.id = s.device_id
      where s.webhook_id = ${webhookId} and s.next_seq <= s.to_seq and s.next_seq <= d.event_seq ${only}`.execute(
      this.#database.query,
    )
    const ofDevices = Map.groupBy(rows, ({ device_id }) => device_id)
    return new Map([...ofDevices].map(([deviceId, own]) => [deviceId, own.map(toSpan)]))
  }

  async #pending(page: Page): Promise<DeliveryReport[]> {
    const lanes = await Promise.all([...page.spans].map(([deviceId, spans]) => this.#pendingOf(page, deviceId, spans)))
    return lanes.flat()
  }

  async #pendingOf(page: Page, deviceId: string, spans: readonly Span[]): Promise<DeliveryReport[]> {
    const { webhookId, before, limit } = page
    const found = new Map<number, DeliveryReport>()
    for (const { from, to, filters } of [...parts(stretches(spans, 0))].reverse()) {
      if (found.size >= limit) break
      for (const filter of filters) {
        const { rows } = await sql<StateRow>`select ${stateColumns} from event e
          left join delivery_state r on r.webhook_id = ${webhookId} and r.device_id = e.device_id and r.seq = e.seq
          where e.device_id = ${deviceId} and e.seq >= ${from} and e.seq <= ${to} and ${areInFront(before, page)}
            and ${wantedBy(sql`cast(${filter} as text)`, sql`e.type`, this.#byNameOnly)}
            and (r.state is null or r.state = 'retry')
          order by ${eventOrder(this.#database, 'desc')} limit ${limit}`.execute(this.#database.query)
        for (const row of rows) found.set(Number(row.seq), ofState(webhookId, row, 'pending'))
      }
    }
    return [...found.values()]
  }

  async #dead(page: Page): Promise<DeliveryReport[]> {
    const { webhookId, deviceId, before, limit } = page
    const only = deviceId === null ? sql`` : sql`and r.device_id = ${deviceId}`
    const order = deviceId === null ? sql`e.created_at desc, e.id desc` : sql`e.seq desc`
    const { rows } = await sql<StateRow>`select ${stateColumns} from delivery_state r
      join event e on e.device_id = r.device_id and e.seq = r.seq
      where r.webhook_id = ${webhookId} and r.state = 'dead' ${only} and ${areInFront(before, page)}
      order by ${order} limit ${limit}`.execute(this.#database.query)
    return rows.map((row) => ofState(webhookId, row, 'dead'))
  }

  /** What succeeded and was not put up again since. */
  async #delivered(page: Page): Promise<DeliveryReport[]> {
    const { webhookId, before, limit, spans } = page
    for (let most = limit; ; most *= 2) {
      const { entries, isAll } = await this.#entries(page, most)
      const events = await this.#events(webhookId, entries)
      const reports = entries.flatMap((entry) => {
        const event = events.get(`${entry.deviceId} ${entry.seq}`)
        const isAhead = event?.state === 'ahead'
        if (!event || (event.state !== null && !isAhead)) return []
        const again = spans.get(entry.deviceId)?.some(({ next, to, filter }) => {
          return next <= entry.seq && entry.seq <= to && wants(filter, event.type, this.#byNameOnly)
        })
        const report = ofEntry(webhookId, event, entry)
        return (again && !isAhead) || !isInFront(report, before, page) ? [] : [report]
      })
      if (isAll || reports.length >= limit) return reports
    }
  }

  /** The newest entries of the log in front of a place, one for each event: `most` of them, and all that share the place of the last one. */
  async #entries(page: Page, most: number): Promise<{ entries: LogEntry[]; isAll: boolean }> {
    const { webhookId, deviceId, before } = page
    const ofDevice = deviceId !== null
    const isIn = (entry: LogEntry) => (ofDevice ? entry.seq < before.place : entry.eventAt <= before.place)
    const found = new Map<string, LogEntry>()
    const add = (entry: LogEntry) => {
      const name = `${entry.deviceId} ${entry.seq}`
      if (isIn(entry) && (found.get(name)?.at ?? 0) <= entry.at) found.set(name, entry)
    }
    const sorted = () => [...found.values()].sort((one, other) => placeOf(other, ofDevice) - placeOf(one, ofDevice))
    for (const entry of this.#log.recent(webhookId)) add(entry)
    let after: LogRow | undefined
    for (;;) {
      const limit = 20
      const rows = await this.#log.rows(webhookId, { below: before.place + apart(ofDevice), limit, after })
      for (const row of rows) for (const entry of unpackRow(row)) add(entry)
      const isAll = rows.length < limit
      after = rows.at(-1)
      const all = sorted()
      if (isAll) return { entries: all, isAll }
      const last = all[most - 1]
      // What is read next may still be among them while its row reaches up to their places.
      if (last && after && after.place < placeOf(last, ofDevice)) {
        return { entries: all.filter((entry) => placeOf(entry, ofDevice) >= placeOf(last, ofDevice)), isAll }
      }
    }
  }

  /** Their events, and what is stored of them besides. */
  async #events(webhookId: number, entries: readonly LogEntry[]) {
    const found = new Map<string, EventRow & { state: string | null }>()
    const devices = Map.groupBy(entries, ({ deviceId }) => deviceId)
    for (const [deviceId, own] of devices) {
      for (const part of slices(own.map(({ seq }) => seq))) {
        const { rows } = await sql<EventRow & { state: string | null }>`
          select e.id, e.device_id, e.seq, e.type, e.created_at, r.state from event e
          left join delivery_state r on r.webhook_id = ${webhookId} and r.device_id = e.device_id and r.seq = e.seq
          where e.device_id = ${deviceId} and e.seq in (${sql.join(part)})`.execute(this.#database.query)
        for (const row of rows) found.set(`${deviceId} ${Number(row.seq)}`, row)
      }
    }
    return found
  }
}
