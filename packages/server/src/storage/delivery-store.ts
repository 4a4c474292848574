import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { type AttemptReport, unpackHistory, withAttempt } from './delivery-attempts.ts'
import {
  devicesOf,
  filterOfSpan,
  noEnd,
  parts,
  type Span,
  type SpanRow,
  stretches,
  toSpan,
  wantedBy,
} from './delivery-spans.ts'
import { eventOrder, firstDay, fromDay } from './event-days.ts'
import { prepare } from './prepare.ts'

/** The deliveries of one device to one webhook. */
export interface LaneKey {
  readonly webhookId: number
  readonly deviceId: string
}

/** A delivery that waits, with its event. */
export interface PendingDelivery {
  readonly eventId: string
  readonly deviceId: string
  readonly seq: number
  readonly type: string
  readonly attempts: number
  readonly nextAttemptAt: number
  /** When what is stored of its attempts was changed last; 0: there is nothing. */
  readonly triedAt: number
  /** HTTP status of the last answer; null when there was none. */
  readonly lastStatus: number | null
  /** JSON text: its attempts so far. */
  readonly history: string
  /** JSON text. */
  readonly payload: string
  readonly backfill: boolean
  readonly eventAt: number
}

/** What a lane has to do, as it is stored. */
export interface LanePlan {
  readonly spans: readonly Span[]
  /** Of the webhook: rises whenever what its spans mean changes. */
  readonly version: number
  /** There are spans of which nothing is left. */
  readonly hasEnded: boolean
}

interface PendingRow {
  id: string
  device_id: string
  seq: number
  type: string
  payload: string
  backfill: number
  created_at: number
  attempts: number | null
  next_attempt_at: number | null
  updated_at: number | null
  history: string | null
}

/** A row comes along although nothing was found. `newest`: the last event of the device; null when it is gone. */
type FoundRow = PendingRow & { version: number; newest: number | null }

const columns = sql.raw(
  'e.id, e.device_id, e.seq, e.type, e.payload, e.backfill, e.created_at, r.attempts, r.next_attempt_at, r.updated_at, r.history',
)

const toPending = (row: PendingRow): PendingDelivery => {
  const history = row.history ?? '[]'
  return {
    eventId: row.id,
    deviceId: row.device_id,
    seq: Number(row.seq),
    type: row.type,
    attempts: row.attempts ?? 0,
    nextAttemptAt: Number(row.next_attempt_at ?? row.created_at),
    triedAt: Number(row.updated_at ?? 0),
    lastStatus: unpackHistory(history).at(-1)?.[1] ?? null,
    history,
    payload: row.payload,
    backfill: row.backfill === 1,
    eventAt: Number(row.created_at),
  }
}

/** A change that always changes `updated_at`: what comes of an attempt that is under way just now is not what was asked for. */
export const later = (at: number) =>
  sql<number>`case when delivery_state.updated_at >= ${at} then delivery_state.updated_at + 1 else ${at} end`

type Failure = Record<
  'webhook' | 'device' | 'seq' | 'state' | 'attempts' | 'next' | 'history' | 'at' | 'tried',
  unknown
>

/** What webhooks still have to get, as spans of the event log, and what differs from being delivered in order. */
export class DeliveryStore {
  readonly #database: Database
  readonly #owner: string | undefined
  readonly #events: (values: {
    webhook: number
    device: string
    from: number
    to: number
    filter: string
    limit: number
    day: number
  }) => CompiledQuery
  readonly #advance: (values: { webhook: number; device: string; origin: number; next: number }) => CompiledQuery
  readonly #noteFailure: (values: Failure) => CompiledQuery

  /** @param byNameOnly events that a webhook without a filter does not get. @param owner a node: where no device is named, only its own count */
  constructor(database: Database, byNameOnly: readonly string[] = [], owner?: string) {
    this.#database = database
    this.#owner = owner
    this.#events = prepare(database.query, (value) => {
      const filter = sql`cast(${value('filter')} as text)`
      // The webhook comes along whatever is found: what its spans mean may have changed since they were read.
      return sql`select w.version, (select event_seq from device where id = ${value('device')}) as newest, found.*
        from webhook w left join
        (select ${columns} from event e
          left join delivery_state r on r.webhook_id = ${value('webhook')} and r.device_id = e.device_id and r.seq = e.seq
          where e.device_id = ${value('device')} and e.seq >= ${value('from')} and e.seq <= ${value('to')}
            ${fromDay(database, value('day'))}
            and ${wantedBy(filter, sql`e.type`, byNameOnly)} and (r.state is null or r.state = 'retry')
          order by ${eventOrder(database)} limit ${value('limit')}) as found on 1 = 1
        where w.id = ${value('webhook')} order by found.seq`
    })
    this.#advance = prepare(
      database.query,
      (value) => sql`update delivery_span set next_seq = ${value('next')}
        where webhook_id = ${value('webhook')} and device_id = ${value('device')} and origin = ${value('origin')}
          and next_seq < ${value('next')}`,
    )
    this.#noteFailure = prepare(
      database.query,
      (value) => sql`insert into delivery_state
        (webhook_id, device_id, seq, state, attempts, next_attempt_at, history, updated_at)
        select w.id, d.id, ${value('seq')}, ${value('state')}, ${value('attempts')}, ${value('next')}, ${value('history')},
          ${value('at')}
        from webhook w join device d on ${devicesOf} where w.id = ${value('webhook')} and d.id = ${value('device')}
        on conflict (webhook_id, device_id, seq) do update set state = excluded.state, attempts = excluded.attempts,
          next_attempt_at = excluded.next_attempt_at, history = excluded.history, error = null,
          updated_at = excluded.updated_at
        where delivery_state.updated_at = ${value('tried')}`,
    )
  }

  /** The spans of a lane; one that begins just now gets its open one. */
  async plan({ webhookId, deviceId }: LaneKey): Promise<LanePlan> {
    const read = () =>
      sql<SpanRow & Record<'open' | 'version', number>>`
        select w.open, w.version, s.origin, s.to_seq, s.next_seq, ${filterOfSpan} as filter
        from webhook w left join delivery_span s on s.webhook_id = w.id and s.device_id = ${deviceId}
        where w.id = ${webhookId}`.execute(this.#database.query)
    let { rows } = await read()
    if (Number(rows[0]?.open) === 1 && !rows.some(({ to_seq }) => Number(to_seq) === noEnd)) {
      await this.openMissing(webhookId)
      rows = (await read()).rows
    }
    const stored = rows.filter(({ origin }) => origin !== null).map(toSpan)
    const spans = stored.filter(({ to, next }) => next <= to)
    return { spans, version: Number(rows[0]?.version ?? 0), hasEnded: spans.length < stored.length }
  }

  /** Gives the open span to devices that an open webhook has got since it was opened: everything that happened to them is for it. */
  async openMissing(webhookId?: number): Promise<void> {
    const which = webhookId === undefined ? sql`1 = 1` : sql`w.id = ${webhookId}`
    // This is asked again and again, and nearly always nothing is missing: then nothing is written.
    const missing = await sql`select 1 ${lacksOpenSpan(which)} limit 1`.execute(this.#database.query)
    if (missing.rows.length > 0) await this.#database.commit([openMissingSpans(this.#database, which)])
  }

  /** What waits in spans behind `after` (a `seq`), in order, unless what they mean has changed since they were read. */
  async pending(
    { webhookId, deviceId }: LaneKey,
    { spans, version }: LanePlan,
    after: number,
    limit: number,
  ): Promise<PendingDelivery[] | 'changed'> {
    const found = new Map<number, PendingDelivery>()
    let newest = Number.POSITIVE_INFINITY
    for (const { from, to, filters } of parts(stretches(spans, after))) {
      if (found.size >= limit || from > newest) break
      const day = await firstDay(this.#database, deviceId, from)
      for (const filter of filters) {
        const query = this.#events({ webhook: webhookId, device: deviceId, from, to, filter, limit, day })
        const rows = (await this.#database.query.executeQuery(query)).rows as FoundRow[]
        if (rows.length === 0 || Number(rows[0]!.version) !== version) return 'changed'
        newest = Number(rows[0]!.newest ?? 0)
        const events = await this.#database.content.opened(
          'event',
          rows.filter(({ seq }) => seq !== null),
        )
        for (const row of events) found.set(Number(row.seq), toPending(row))
      }
    }
    return [...found.values()].sort((one, other) => one.seq - other.seq).slice(0, limit)
  }

  /** An event that waits in a span of its own, and the requests that it is; undefined when it does not. */
  async single(
    { webhookId, deviceId }: LaneKey,
    eventId: string,
  ): Promise<{ delivery: PendingDelivery; origins: number[] } | undefined> {
    const { rows } = await sql<PendingRow & { origin: number }>`select s.origin, ${columns}
      from event e join delivery_span s on s.webhook_id = ${webhookId} and s.device_id = e.device_id
        and s.to_seq = e.seq and s.next_seq = e.seq
      left join delivery_state r on r.webhook_id = s.webhook_id and r.device_id = s.device_id and r.seq = e.seq
      where e.id = ${eventId} and e.device_id = ${deviceId}`.execute(this.#database.query)
    const [first] = await this.#database.content.opened('event', rows)
    return first && { delivery: toPending(first), origins: rows.map(({ origin }) => Number(origin)) }
  }

  /** Lanes of active webhooks that may have something to do, and the last event of their device: of this webhook, or of any. */
  async waiting(webhookId?: number): Promise<(LaneKey & { last: number })[]> {
    const only = webhookId === undefined ? sql`` : sql`and w.id = ${webhookId}`
    const own = this.#owner === undefined ? sql`` : sql`and d.owner = ${this.#owner}`
    const { rows } = await sql<{ webhook_id: number; device_id: string; last: number }>`
      select s.webhook_id, s.device_id, max(d.event_seq) as last from delivery_span s
      join webhook w on w.id = s.webhook_id and w.active = 1 join device d on d.id = s.device_id
      where s.next_seq <= d.event_seq and s.next_seq <= s.to_seq ${only} ${own}
      group by s.webhook_id, s.device_id order by s.webhook_id, s.device_id`.execute(this.#database.query)
    return rows.map((row) => ({
      webhookId: Number(row.webhook_id),
      deviceId: row.device_id,
      last: Number(row.last),
    }))
  }

  /** Notes that everything in spans of these origins is delivered up to `place` (a `seq`). Cut off parts of a span have its origin. */
  advance({ webhookId, deviceId }: LaneKey, origins: readonly number[], place: number): Statement[] {
    return origins.map((origin) => ({
      query: this.#advance({ webhook: webhookId, device: deviceId, origin, next: place + 1 }),
    }))
  }

  /** Removes spans of which nothing is left. */
  removeEnded({ webhookId, deviceId }: LaneKey): Statement {
    const remove = sql`delete from delivery_span
      where webhook_id = ${webhookId} and device_id = ${deviceId} and next_seq > to_seq`
    return { query: remove.compile(this.#database.query) }
  }

  /** Notes a failed attempt, unless its delivery was put up again while it was under way. */
  failed(
    key: LaneKey,
    { seq, history, triedAt }: PendingDelivery,
    attempt: AttemptReport,
    state: 'retry' | 'dead',
    nextAttemptAt: number,
  ): Statement {
    const query = this.#noteFailure({
      webhook: key.webhookId,
      device: key.deviceId,
      seq,
      state,
      attempts: attempt.attempt,
      next: nextAttemptAt,
      history: withAttempt(history, attempt),
      at: attempt.at,
      tried: triedAt,
    })
    return { query }
  }

  /** Forgets the failed attempts of a delivery that succeeded, unless it was put up again meanwhile. */
  succeeded({ webhookId, deviceId }: LaneKey, { seq, triedAt }: PendingDelivery): Statement {
    const remove = this.#database.query
      .deleteFrom('delivery_state')
      .where('webhook_id', '=', webhookId)
      .where('device_id', '=', deviceId)
      .where('seq', '=', seq)
      .where('updated_at', '=', triedAt)
    return { query: remove.compile() }
  }

  /** Notes that a delivery succeeded before others that are in front of it. */
  ahead({ webhookId, deviceId }: LaneKey, { seq, triedAt }: PendingDelivery, at: number): Statement {
    const note = sql`insert into delivery_state
      (webhook_id, device_id, seq, state, attempts, next_attempt_at, history, updated_at)
      select w.id, d.id, ${seq}, 'ahead', 1, ${at}, '[]', ${at} from webhook w join device d on ${devicesOf}
      where w.id = ${webhookId} and d.id = ${deviceId}
      on conflict (webhook_id, device_id, seq) do update set state = 'ahead', history = '[]', updated_at = ${later(at)}
      where delivery_state.updated_at = ${triedAt}`
    return { query: note.compile(this.#database.query) }
  }

  /** Ends a delivery that has used up its attempts: a dead letter, for the reason of the last of them. `attempts`: a delivery that was queued again in between has
   *  fewer, and stays. */
  giveUp({ webhookId, deviceId }: LaneKey, seq: number, attempts: number, at: number): Statement {
    const update = this.#database.query
      .updateTable('delivery_state')
      .set({ state: 'dead', updated_at: at })
      .where('webhook_id', '=', webhookId)
      .where('device_id', '=', deviceId)
      .where('seq', '=', seq)
      .where('state', '=', sql.lit('retry' as const))
      .where('attempts', '>=', attempts)
    return { query: update.compile() }
  }
}

/** See {@link DeliveryStore.openMissing}. @param which of the webhooks `w` */
export function openMissingSpans({ query }: Pick<Database, 'query'>, which: RawBuilder<unknown>): Statement {
  const insert = sql`insert into delivery_span (webhook_id, device_id, origin, to_seq, next_seq, filter)
    select w.id, d.id, 0, ${sql.lit(noEnd)}, 1, '=' ${lacksOpenSpan(which)}`
  return { query: insert.compile(query) }
}

/** Open webhooks `w` and devices `d` of them without an open span. */
const lacksOpenSpan = (which: RawBuilder<unknown>) => sql`from webhook w join device d on ${devicesOf}
  where w.open = 1 and ${which} and not exists (select 1 from delivery_span s
    where s.webhook_id = w.id and s.device_id = d.id and s.origin = 0 and s.to_seq = ${sql.lit(noEnd)})`
