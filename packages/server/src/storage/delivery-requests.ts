import { sql } from 'kysely'
import { AppError } from '../errors/app-error.ts'
import type { Database, Statement } from './database.ts'
import { devicesOf, eventsOfSpans, wantedBy } from './delivery-spans.ts'
import { type LaneKey, later } from './delivery-store.ts'
import { requestNumber } from './request-number.ts'

/** What people ask for: events that are to be sent again, each request as spans of its own. */
export class DeliveryRequests {
  readonly #database: Database
  readonly #byNameOnly: readonly string[]

  /** @param byNameOnly events that a webhook without a filter does not get. */
  constructor(database: Database, byNameOnly: readonly string[] = []) {
    this.#database = database
    this.#byNameOnly = byNameOnly
  }

  /** Where an event stands that a webhook is to get again, and whether it is known to be one of its own: it waits, or has failed.
   *  Undefined when there is no such event. */
  async find(
    webhookId: number,
    eventId: string,
  ): Promise<{ deviceId: string; seq: number; eventAt: number; isKnown: boolean } | undefined> {
    const { rows } = await sql<{ device_id: string; seq: number; created_at: number; known: number }>`
      select e.device_id, e.seq, e.created_at, case when
        exists (select 1 from delivery_state r where r.webhook_id = ${webhookId} and r.device_id = e.device_id and r.seq = e.seq)
        or exists (select 1 from webhook w join delivery_span s on s.webhook_id = w.id and ${eventsOfSpans(this.#byNameOnly)}
          where w.id = ${webhookId}) then 1 else 0 end as known
      from event e where e.id = ${eventId}`.execute(this.#database.query)
    const [row] = rows
    if (!row) return undefined
    const { device_id, seq, created_at, known } = row
    return { deviceId: device_id, seq: Number(seq), eventAt: Number(created_at), isKnown: Number(known) === 1 }
  }

  /** Puts one event up for delivery again, whatever became of it. @throws AppError delivery_not_found */
  async redeliver({ webhookId, deviceId }: LaneKey, seq: number, at: number): Promise<void> {
    const { query } = this.#database
    const source = sql`from event e join webhook w on w.id = ${webhookId} where e.device_id = ${deviceId} and e.seq = ${seq}`
    const note = sql`insert into delivery_state
      (webhook_id, device_id, seq, state, attempts, next_attempt_at, history, updated_at)
      select w.id, e.device_id, e.seq, 'retry', 0, ${at}, '[]', ${at} ${source}
      on conflict (webhook_id, device_id, seq)
        do update set state = 'retry', attempts = 0, next_attempt_at = ${at}, error = null, updated_at = ${later(at)}`
    const ask = sql`insert into delivery_span (webhook_id, device_id, origin, to_seq, next_seq, filter)
      select w.id, e.device_id, ${requestNumber()}, e.seq, e.seq, '*' ${source}`
    await this.#database.commit([
      ...this.#hold(deviceId),
      { query: note.compile(query), orElse: () => new AppError('delivery_not_found') },
      { query: ask.compile(query) },
    ])
  }

  /** Puts every dead letter of a webhook up again. Answers how many. */
  async reviveDead(webhookId: number, at: number): Promise<number> {
    const { query } = this.#database
    const ask = sql`insert into delivery_span (webhook_id, device_id, origin, to_seq, next_seq, filter)
      select webhook_id, device_id, ${requestNumber()}, seq, seq, '*' from delivery_state
      where webhook_id = ${webhookId} and state = 'dead'`
    const revive = sql`update delivery_state set state = 'retry', attempts = 0, next_attempt_at = ${at}, error = null,
      updated_at = ${later(at)} where webhook_id = ${webhookId} and state = 'dead'`
    const [, revived] = await this.#database.commit([{ query: ask.compile(query) }, { query: revive.compile(query) }])
    return revived?.affected ?? 0
  }

  /** Puts every event of a range of a device's `seq` up, delivered before or not, also those from before the webhook existed. Answers how many.
   *  @throws AppError webhook_not_found when it was removed */
  async replay(key: LaneKey, range: { from: number; to: number }, at: number): Promise<number> {
    const { webhookId, deviceId } = key
    const { query } = this.#database
    const inRange = sql`e.device_id = ${deviceId} and e.seq between ${range.from} and ${range.to}
      and ${wantedBy(sql`w.filter`, sql`e.type`, this.#byNameOnly)}`
    const count = sql`select count(*) as count from webhook w join event e on ${inRange} where w.id = ${webhookId}`
    const end = sql`case when d.event_seq < ${range.to} then d.event_seq else ${range.to} end`
    const ask = sql`insert into delivery_span (webhook_id, device_id, origin, to_seq, next_seq, filter)
      select w.id, d.id, ${requestNumber()}, ${end}, ${range.from}, w.filter from webhook w join device d on ${devicesOf}
      where w.id = ${webhookId} and d.id = ${deviceId} and d.event_seq >= ${range.from}`
    const concerned = sql`webhook_id = ${webhookId} and device_id = ${deviceId} and seq between ${range.from} and ${range.to}
      and exists (select 1 from webhook w join event e on ${inRange} and e.seq = delivery_state.seq where w.id = ${webhookId})`
    const forget = sql`delete from delivery_state where state = 'ahead' and ${concerned}`
    const anew = sql`update delivery_state set state = 'retry', attempts = 0, next_attempt_at = ${at}, error = null,
      updated_at = ${later(at)} where ${concerned}`
    // The row of the webhook is held, which may have been removed since it was looked at.
    const keep = sql`update webhook set active = active where id = ${webhookId}`
    const results = await this.#database.commit([
      ...this.#hold(deviceId),
      { query: keep.compile(query), orElse: () => new AppError('webhook_not_found') },
      ...[count, ask, forget, anew].map((part) => ({ query: part.compile(query) })),
    ])
    const counted = results.at(-4)
    return Number(counted?.rows[0]?.['count'] ?? 0)
  }

  /** Lets everything that waits be tried now. */
  async hurry(webhookId: number, at: number): Promise<void> {
    const update = this.#database.query
      .updateTable('delivery_state')
      .set({ next_attempt_at: at })
      .where('webhook_id', '=', webhookId)
      .where('state', '=', sql.lit('retry' as const))
      .where('next_attempt_at', '>', at)
    await this.#database.commit([{ query: update.compile() }])
  }

  /** The row of a device, and the days of the log, held so that none of its events is pruned at the same moment. */
  #hold(deviceId: string): Statement[] {
    const { query, days } = this.#database
    const device = sql`update device set event_seq = event_seq where id = ${deviceId}`
    return [...(days ? [{ query: days.hold }] : []), { query: device.compile(query) }]
  }
}
