import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import { AppError } from '../errors/app-error.ts'
import type { Database, Statement } from './database.ts'
import type { AttemptReport } from './delivery-report-store.ts'
import { prepare } from './prepare.ts'

/** A delivery that waits, with its event. */
export interface PendingDelivery {
  readonly eventId: string
  readonly deviceId: string
  readonly seq: number
  readonly type: string
  readonly attempts: number
  readonly nextAttemptAt: number
  /** When it was tried last, or planned when it never was. */
  readonly triedAt: number
  /** HTTP status of the last answer; null when there was none. */
  readonly lastStatus: number | null
  /** JSON text. */
  readonly payload: string
  readonly backfill: boolean
  readonly eventAt: number
}

/** The outcome of one attempt, to be stored. */
export interface AttemptRow extends AttemptReport {
  readonly webhookId: number
  /** `triedAt` of the delivery as it was when the attempt began. */
  readonly triedAt: number
}

type Settle = Record<
  'state' | 'attempts' | 'next' | 'status' | 'error' | 'response' | 'latency' | 'at' | 'webhook' | 'event' | 'tried',
  unknown
>

interface PendingRow {
  event_id: string
  device_id: string
  seq: number
  event_type: string
  attempts: number
  next_attempt_at: number
  updated_at: number
  last_status: number | null
  payload: string
  backfill: number
  event_at: number
}

const columns = sql.raw(
  'd.event_id, d.device_id, d.seq, d.event_type, d.attempts, d.next_attempt_at, d.updated_at, d.last_status, e.payload, e.backfill, e.created_at as event_at',
)

/** Queues deliveries again. Their `updated_at` always changes: what comes of an attempt that is under way just now is not what was asked for. */
const upAnew = (at: number) => ({
  state: 'pending' as const,
  attempts: 0,
  next_attempt_at: at,
  updated_at: sql<number>`case when updated_at >= ${at} then updated_at + 1 else ${at} end`,
})

const toPending = (row: PendingRow): PendingDelivery => ({
  eventId: row.event_id,
  deviceId: row.device_id,
  seq: Number(row.seq),
  type: row.event_type,
  attempts: row.attempts,
  nextAttemptAt: Number(row.next_attempt_at),
  triedAt: Number(row.updated_at),
  lastStatus: row.last_status,
  payload: row.payload,
  backfill: row.backfill === 1,
  eventAt: Number(row.event_at),
})

/** The `delivery` table: what each webhook still has to get, in order, and the outcome. */
export class DeliveryStore {
  readonly #database: Database
  readonly #notByNameOnly: RawBuilder<unknown>
  readonly #pending: (values: { webhook: number; device: string; after: number; limit: number }) => CompiledQuery
  readonly #settle: (values: Settle) => CompiledQuery

  /** @param byNameOnly events that a webhook without a filter does not get. */
  constructor(database: Database, byNameOnly: readonly string[] = []) {
    this.#database = database
    this.#notByNameOnly = byNameOnly.length > 0 ? sql`not in (${sql.join([...byNameOnly])})` : sql`is not null`
    this.#pending = prepare(
      database.query,
      (value) => sql`select ${columns}
        from delivery d join event e on e.id = d.event_id
        where d.webhook_id = ${value('webhook')} and d.device_id = ${value('device')} and d.state = 'pending'
          and d.seq > ${value('after')}
        order by d.seq limit ${value('limit')}`,
    )
    this.#settle = prepare(
      database.query,
      (
        value,
      ) => sql`update delivery set state = ${value('state')}, attempts = ${value('attempts')}, next_attempt_at = ${value('next')},
        last_status = ${value('status')}, last_error = ${value('error')}, last_response = ${value('response')},
        last_latency_ms = ${value('latency')}, updated_at = ${value('at')}
        where webhook_id = ${value('webhook')} and event_id = ${value('event')} and state = 'pending'
          and updated_at = ${value('tried')}`,
    )
  }

  /** What waits of a device behind `after` (a `seq`), in order. */
  async pending(webhookId: number, device: string, after: number, limit: number): Promise<PendingDelivery[]> {
    const { rows } = await this.#database.query.executeQuery(
      this.#pending({ webhook: webhookId, device, after, limit }),
    )
    return (rows as PendingRow[]).map(toPending)
  }

  /** One that waits, or undefined when it does not. */
  async one(webhookId: number, eventId: string): Promise<PendingDelivery | undefined> {
    const { query } = this.#database
    const { rows } = await sql<PendingRow>`select ${columns} from delivery d join event e on e.id = d.event_id
      where d.webhook_id = ${webhookId} and d.event_id = ${eventId} and d.state = 'pending'`.execute(query)
    return rows[0] && toPending(rows[0])
  }

  /** Devices with something that waits for an active webhook: for this one, or for any. */
  async waiting(webhookId?: number): Promise<{ webhookId: number; deviceId: string }[]> {
    const only = webhookId === undefined ? sql`` : sql`and w.id = ${webhookId}`
    const some = sql`exists (select 1 from delivery p where p.webhook_id = w.id and p.device_id = d.id and p.state = 'pending')`
    const { rows } = await sql<{ webhook_id: number; device_id: string }>`
      select w.id as webhook_id, d.id as device_id from webhook w join device d on d.id = w.device_id
      where w.active = 1 and ${some} ${only}
      union all
      select w.id as webhook_id, d.id as device_id from webhook w join device d on d.api_key_id = w.api_key_id
      where w.active = 1 and ${some} ${only}`.execute(this.#database.query)
    return rows.map((row) => ({ webhookId: Number(row.webhook_id), deviceId: row.device_id }))
  }

  /** Notes an attempt; a delivery that was put up again while it was under way still waits. A first attempt that succeeds is fully described by the
   *  delivery itself, and gets no row of its own. */
  attempted(attempt: AttemptRow, state: 'pending' | 'success' | 'dead', nextAttemptAt: number): Statement[] {
    const settle = this.#settle({
      ...attempt,
      state,
      attempts: attempt.attempt,
      next: nextAttemptAt,
      latency: attempt.latencyMs,
      webhook: attempt.webhookId,
      event: attempt.eventId,
      tried: attempt.triedAt,
    })
    if (state === 'success' && attempt.attempt === 1) return [{ query: settle }]
    const { webhookId, eventId, latencyMs, status, error, response, at } = attempt
    // Through the delivery: when the webhook or the device has been removed in between, there is nothing to note.
    const note = sql`insert into delivery_attempt (webhook_id, event_id, attempt, status, error, response, latency_ms, at)
      select webhook_id, event_id, ${attempt.attempt}, ${status}, ${error}, ${response}, ${latencyMs}, ${at}
      from delivery where webhook_id = ${webhookId} and event_id = ${eventId}`
    return [{ query: settle }, { query: note.compile(this.#database.query) }]
  }

  /** Ends a delivery that has used up its attempts: a dead letter, for the reason of the last of them. `attempts`: a delivery that was queued again in between has
   *  fewer, and stays. */
  giveUp(webhookId: number, eventId: string, attempts: number, at: number): Statement {
    const update = this.#database.query
      .updateTable('delivery')
      .set({ state: 'dead', updated_at: at })
      .where('webhook_id', '=', webhookId)
      .where('event_id', '=', eventId)
      .where('state', '=', sql.lit('pending' as const))
      .where('attempts', '>=', attempts)
    return { query: update.compile() }
  }

  /** What the last `attempts` attempts to deliver an event were answered: a status, or null when there was no answer. */
  async answers(webhookId: number, eventId: string, attempts: number): Promise<(number | null)[]> {
    const rows = await this.#database.query
      .selectFrom('delivery_attempt')
      .select('status')
      .where('webhook_id', '=', webhookId)
      .where('event_id', '=', eventId)
      .orderBy('id', 'desc')
      .limit(attempts)
      .execute()
    return rows.map(({ status }) => status)
  }

  /** Puts one event up for delivery again, whatever became of it. Answers the device that it happened to. @throws AppError delivery_not_found */
  async redeliver(webhookId: number, eventId: string, at: number): Promise<string> {
    const update = this.#database.query
      .updateTable('delivery')
      .set(upAnew(at))
      .where('webhook_id', '=', webhookId)
      .where('event_id', '=', eventId)
      .returning('device_id')
    const missing = () => new AppError('delivery_not_found')
    const [result] = await this.#database.commit([{ query: update.compile(), orElse: missing }])
    return result!.rows[0]!['device_id'] as string
  }

  /** Puts every dead letter of a webhook up again. Answers how many. */
  async reviveDead(webhookId: number, at: number): Promise<number> {
    const update = this.#database.query
      .updateTable('delivery')
      .set(upAnew(at))
      .where('webhook_id', '=', webhookId)
      .where('state', '=', sql.lit('dead' as const))
    const [result] = await this.#database.commit([{ query: update.compile() }])
    return result?.affected ?? 0
  }

  /** Puts every event of a range of a device's `seq` up, delivered before or not, also those from before the webhook existed. Answers how many.
   *  @throws AppError webhook_not_found when it was removed */
  async replay(
    webhook: { id: number; deviceId: string; events: readonly string[] },
    range: { from: number; to: number },
    at: number,
  ): Promise<number> {
    const wanted = webhook.events.length > 0 ? sql`in (${sql.join([...webhook.events])})` : this.#notByNameOnly
    const insert = sql`insert into delivery
      (webhook_id, event_id, device_id, seq, event_type, state, attempts, next_attempt_at, created_at, updated_at)
      select ${webhook.id}, e.id, e.device_id, e.seq, e.type, 'pending', 0, ${at}, ${at}, ${at}
      from event e where e.device_id = ${webhook.deviceId} and e.seq between ${range.from} and ${range.to} and e.type ${wanted}
      on conflict (webhook_id, event_id) do update set state = 'pending', attempts = 0, next_attempt_at = excluded.next_attempt_at,
        updated_at = case when delivery.updated_at >= ${at} then delivery.updated_at + 1 else ${at} end`
    // The device's row is held, so that none of these events is pruned at the same moment.
    const hold = sql`update device set event_seq = event_seq where id = ${webhook.deviceId}`
    // And that of the webhook, which may have been removed since it was looked at.
    const keep = sql`update webhook set active = active where id = ${webhook.id}`
    const { query } = this.#database
    const [, , result] = await this.#database.commit([
      { query: hold.compile(query) },
      { query: keep.compile(query), orElse: () => new AppError('webhook_not_found') },
      { query: insert.compile(query) },
    ])
    return result?.affected ?? 0
  }

  /** Lets everything that waits be tried now. */
  async hurry(webhookId: number, at: number): Promise<void> {
    const update = this.#database.query
      .updateTable('delivery')
      .set({ next_attempt_at: at })
      .where('webhook_id', '=', webhookId)
      .where('state', '=', sql.lit('pending' as const))
      .where('next_attempt_at', '>', at)
    await this.#database.commit([{ query: update.compile() }])
  }
}
