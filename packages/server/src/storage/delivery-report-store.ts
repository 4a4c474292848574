import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { octets, pageBytes, rowsWithin } from './page-size.ts'

export interface DeliveryReport {
  readonly webhookId: number
  readonly eventId: string
  readonly deviceId: string
  readonly seq: number
  readonly type: string
  readonly state: 'pending' | 'success' | 'dead'
  readonly attempts: number
  readonly nextAttemptAt: number
  readonly status: number | null
  readonly error: string | null
  readonly response: string | null
  readonly latencyMs: number | null
  readonly createdAt: number
  readonly updatedAt: number
}

/** The outcome of one attempt. */
export interface AttemptReport {
  readonly eventId: string
  /** 1 for the first. */
  readonly attempt: number
  readonly status: number | null
  readonly error: string | null
  readonly response: string | null
  readonly latencyMs: number
  readonly at: number
}

/** About what a delivery and an attempt take in an answer. */
const rowBytes = 512
const attemptBytes = 1024

const webhooksAtOnce = 100
const rowsAtOnce = 1000

/** What people want to know about deliveries, and how long it is kept. */
export class DeliveryReportStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** A page, newest first, from behind `before` on. It ends after `limit` deliveries or {@link pageBytes}, attempts included.
   *  @param deviceId the only device of the webhook: `before` is a `seq`; without one it is the id of an event, which sorts by time */
  async list(
    { webhookId, deviceId }: { webhookId: number; deviceId: string | null },
    options: {
      limit: number
      before?: number | string | undefined
      state?: DeliveryReport['state'] | undefined
      bytes?: number
    },
  ): Promise<DeliveryReport[]> {
    const place = deviceId === null ? 'event_id' : 'seq'
    let query = this.#database.query.selectFrom('delivery').where('webhook_id', '=', webhookId)
    if (deviceId !== null) query = query.where('device_id', '=', deviceId)
    if (options.before !== undefined) query = query.where(place, '<', options.before)
    if (options.state) query = query.where('state', '=', sql.lit(options.state))
    const size = sql<number>`${rowBytes} + coalesce(${octets('last_response')}, 0) + attempts * ${attemptBytes}`
    const sizes = query
      .select([place, size.as('size')])
      .orderBy(place, 'desc')
      .limit(options.limit)
    const most = rowsWithin(sizes, sql`${sql.ref(place)} desc`, options.bytes ?? pageBytes)
    const rows = await query.selectAll().orderBy(place, 'desc').limit(most).execute()
    return rows.map((row) => ({
      webhookId: Number(row.webhook_id),
      eventId: row.event_id,
      deviceId: row.device_id,
      seq: Number(row.seq),
      type: row.event_type,
      state: row.state,
      attempts: row.attempts,
      nextAttemptAt: Number(row.next_attempt_at),
      status: row.last_status,
      error: row.last_error,
      response: row.last_response,
      latencyMs: row.last_latency_ms,
      createdAt: Number(row.created_at),
      updatedAt: Number(row.updated_at),
    }))
  }

  /** Every kept attempt of these events, oldest first. */
  async attempts(webhookId: number, eventIds: readonly string[]): Promise<AttemptReport[]> {
    if (eventIds.length === 0) return []
    const rows = await this.#database.query
      .selectFrom('delivery_attempt')
      .selectAll()
      .where('webhook_id', '=', webhookId)
      .where('event_id', 'in', eventIds)
      .orderBy('id')
      .execute()
    return rows.map(({ event_id, latency_ms, attempt, status, error, response, at }) => ({
      eventId: event_id,
      attempt,
      status,
      error,
      response,
      latencyMs: latency_ms,
      at: Number(at),
    }))
  }

  async countByState(): Promise<Record<DeliveryReport['state'], number>> {
    const rows = await this.#database.query
      .selectFrom('delivery')
      .select(({ fn }) => ['state', fn.countAll().as('count')])
      .groupBy('state')
      .execute()
    const counts = { pending: 0, success: 0, dead: 0 }
    for (const { state, count } of rows) counts[state] = Number(count)
    return counts
  }

  /** Deletes what ended before an instant. What was not delivered to an inactive webhook by then becomes a dead letter. */
  async purge(before: number, at: number): Promise<void> {
    const webhooks = await this.#database.query.selectFrom('webhook').select(['id', 'active']).execute()
    for (let start = 0; start < webhooks.length; start += webhooksAtOnce) {
      const part = webhooks.slice(start, start + webhooksAtOnce)
      await Promise.all(part.map(({ id, active }) => this.#purgeOne(Number(id), active === 1, before, at)))
    }
  }

  /** Walks up from the oldest in small steps, so that neither the writer nor anybody's deliveries wait long. */
  async #purgeOne(id: number, active: boolean, before: number, at: number): Promise<void> {
    for (let from = ''; ; ) {
      const rows = await this.#database.query
        .selectFrom('delivery')
        .select(['event_id', 'created_at'])
        .where('webhook_id', '=', id)
        // Ids of events sort by time, whatever the device.
        .where('event_id', '>', from)
        .orderBy('event_id')
        .limit(rowsAtOnce)
        .execute()
      if (!rows.some((row) => Number(row.created_at) < before)) return
      const to = rows.at(-1)!.event_id
      await this.#database.commit(this.#purgeRange({ id, active, from, to }, before, at))
      from = to
    }
  }

  #purgeRange(
    range: { id: number; active: boolean; from: string; to: string },
    before: number,
    at: number,
  ): Statement[] {
    const { query } = this.#database
    const { id, from, to } = range
    const attempts = sql`delete from delivery_attempt where webhook_id = ${id} and at < ${before}
      and event_id > ${from} and event_id <= ${to}`
    const ended = sql`delete from delivery where webhook_id = ${id} and event_id > ${from} and event_id <= ${to}
      and state <> 'pending' and created_at < ${before} and updated_at < ${before}`
    const untold = sql`update delivery set state = 'dead', last_error = 'the webhook is switched off', updated_at = ${at}
      where webhook_id = ${id} and event_id > ${from} and event_id <= ${to} and state = 'pending' and created_at < ${before}`
    const parts = range.active ? [attempts, ended] : [attempts, ended, untold]
    return parts.map((part) => ({ query: part.compile(query) }))
  }
}
