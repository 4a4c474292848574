import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import { AppError } from '../errors/app-error.ts'
import type { Database, Statement } from './database.ts'
import type { AttemptReport } from './delivery-report-store.ts'
import { prepare } from './prepare.ts'

/** A delivery that waits, with its event. */
export interface PendingDelivery {
  readonly eventId: string
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
  'd.event_id, d.seq, d.event_type, d.attempts, d.next_attempt_at, d.updated_at, d.last_status, e.payload, e.backfill, e.created_at as event_at',
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
  readonly #pending: (values: { webhook: number; after: number; limit: number }) => CompiledQuery
  readonly #settle: (values: Settle) => CompiledQuery

  /** @param byNameOnly events that a webhook without a filter does not get. */
  constructor(database: Database, byNameOnly: readonly string[] = []) {
    this.#database = database
    this.#notByNameOnly = byNameOnly.length > 0 ? sql`not in (${sql.join([...byNameOnly])})` : sql`is not null`
    this.#pending = prepare(
      database.query,
      (value) => sql`select ${columns}
        from delivery d join event e on e.id = d.event_id
        where d.webhook_id = ${value('webhook')} and d.state = 'pending' and d.seq > ${value('after')}
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

  /** What waits behind `after` (a `seq`), in order. */
  async pending(webhookId: number, after: number, limit: number): Promise<PendingDelivery[]> {
    const { rows } = await this.#database.query.executeQuery(this.#pending({ webhook: webhookId, after, limit }))
    return (rows as PendingRow[]).map(toPending)
  }

  /** One that waits, or undefined when it does not. */
  async one(webhookId: number, eventId: string): Promise<PendingDelivery | undefined> {
    const { query } = this.#database
    const { rows } = await sql<PendingRow>`select ${columns} from delivery d join event e on e.id = d.event_id
      where d.webhook_id = ${webhookId} and d.event_id = ${eventId} and d.state = 'pending'`.execute(query)
    return rows[0] && toPending(rows[0])
  }

  /** Active webhooks that have something waiting. */
  async waiting(): Promise<{ webhookId: number; deviceId: string }[]> {
    const rows = await this.#database.query
      .selectFrom('webhook')
      .select(['id', 'device_id'])
      .where('active', '=', 1)
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('delivery')
            .select('delivery.seq')
            .whereRef('delivery.webhook_id', '=', 'webhook.id')
            .where('delivery.state', '=', sql.lit('pending' as const)),
        ),
      )
      .execute()
    return rows.map((row) => ({ webhookId: Number(row.id), deviceId: row.device_id }))
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
    // Through the webhook: when it has been removed in between, there is nothing to note.
    const note = sql`insert into delivery_attempt (webhook_id, event_id, attempt, status, error, response, latency_ms, at)
      select id, ${eventId}, ${attempt.attempt}, ${status}, ${error}, ${response}, ${latencyMs}, ${at}
      from webhook where id = ${webhookId}`
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

  /** Puts one event up for delivery again, whatever became of it. @throws AppError delivery_not_found */
  async redeliver(webhookId: number, eventId: string, at: number): Promise<void> {
    const update = this.#database.query
      .updateTable('delivery')
      .set(upAnew(at))
      .where('webhook_id', '=', webhookId)
      .where('event_id', '=', eventId)
    await this.#database.commit([{ query: update.compile(), orElse: () => new AppError('delivery_not_found') }])
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

  /** Puts every event of a range of `seq` up, delivered before or not, also those from before the webhook existed. Answers how many. */
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
    const unit = [hold, insert].map((part) => ({ query: part.compile(this.#database.query) }))
    const [, result] = await this.#database.commit(unit)
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
