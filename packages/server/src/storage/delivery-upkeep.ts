import { type Selectable, sql } from 'kysely'
import { type Cutoffs, cutoffOf, toCutoffs } from './cutoffs.ts'
import type { Database, Statement } from './database.ts'
import { eventsOfSpans } from './delivery-spans.ts'
import { olderEvents } from './event-retention.ts'
import type { DeliverySpanTable } from './schema.ts'

type BuriedSpan = Pick<Selectable<DeliverySpanTable>, 'device_id' | 'origin' | 'to_seq' | 'next_seq'>

const webhooksAtOnce = 100
const rowsAtOnce = 1000
const switchedOff = 'the webhook is switched off'

/** For how long deliveries are kept. */
export class DeliveryUpkeep {
  readonly #database: Database
  readonly #byNameOnly: readonly string[]

  /** @param byNameOnly events that a webhook without a filter does not get. */
  constructor(database: Database, byNameOnly: readonly string[] = []) {
    this.#database = database
    this.#byNameOnly = byNameOnly
  }

  /** Deletes what ended before an instant. What was not delivered to an inactive webhook by then becomes a dead letter. */
  async purge(given: number | Cutoffs, at: number): Promise<void> {
    const cutoffs = toCutoffs(given)
    const { query } = this.#database
    const webhooks = await query
      .selectFrom('webhook')
      .leftJoin('device', 'device.id', 'webhook.device_id')
      .select(['webhook.id', 'webhook.active', 'webhook.api_key_id as ofKey', 'device.api_key_id as ofDevice'])
      .execute()
    for (let start = 0; start < webhooks.length; start += webhooksAtOnce) {
      const part = webhooks.slice(start, start + webhooksAtOnce)
      await Promise.all(
        part.map(async ({ id, active, ofKey, ofDevice }) => {
          const before = cutoffOf(cutoffs, Number(ofKey ?? ofDevice))
          if (before !== undefined) await this.#purgeOne(Number(id), active === 1, before, at)
        }),
      )
    }
  }

  async #purgeOne(id: number, active: boolean, before: number, at: number): Promise<void> {
    await this.#database.commit(this.#purgeStates(id, before))
    await this.#purgeLog(id, before)
    if (!active) await this.#bury(id, before, at)
  }

  #purgeStates(id: number, before: number): Statement[] {
    const { query } = this.#database
    const dead = sql`delete from delivery_state where webhook_id = ${id} and state = 'dead' and updated_at < ${before}
      and not exists (select 1 from event e where e.device_id = delivery_state.device_id and e.seq = delivery_state.seq
        and e.created_at >= ${before})`
    const passed = sql`delete from delivery_state where webhook_id = ${id} and state = 'ahead' and not exists
      (select 1 from delivery_span s where s.webhook_id = ${id} and s.device_id = delivery_state.device_id
        and s.next_seq <= delivery_state.seq and s.to_seq >= delivery_state.seq)`
    return [{ query: dead.compile(query) }, { query: passed.compile(query) }]
  }

  /** Walks up from the oldest in small steps, so that neither the writer nor anybody's deliveries wait long. */
  async #purgeLog(id: number, before: number): Promise<void> {
    for (let from = -1; ; ) {
      const rows = await this.#database.query
        .selectFrom('delivery_log')
        .select(['place', 'at'])
        .where('webhook_id', '=', id)
        .where('place', '>', from)
        .orderBy('place')
        .limit(rowsAtOnce)
        .execute()
      if (!rows.some((row) => Number(row.at) < before)) return
      const to = Number(rows.at(-1)!.place)
      const remove = sql`delete from delivery_log
        where webhook_id = ${id} and place > ${from} and place <= ${to} and at < ${before}`
      await this.#database.commit([{ query: remove.compile(this.#database.query) }])
      from = to
    }
  }

  /** Makes dead letters of what was raised before an instant and not sent to an inactive webhook. */
  async #bury(id: number, before: number, at: number): Promise<void> {
    const spans = await this.#database.query
      .selectFrom('delivery_span')
      .select(['device_id', 'origin', 'to_seq', 'next_seq'])
      .where('webhook_id', '=', id)
      .execute()
    if (spans.length === 0) return
    for (const span of spans) await this.#burySpan(id, span, before, at)
    const removeEmpty = sql`delete from delivery_span as s where s.webhook_id = ${id} and ${isOff} and not exists
      (select 1 from event e where e.device_id = s.device_id and e.seq >= s.next_seq and e.seq <= s.to_seq)`
    await this.#database.commit([{ query: removeEmpty.compile(this.#database.query) }])
  }

  async #burySpan(id: number, span: BuriedSpan, before: number, at: number): Promise<void> {
    const { query } = this.#database
    const { device_id: deviceId, origin } = span
    const [from, to] = [Number(span.next_seq), Number(span.to_seq)]
    const isThis = sql`s.webhook_id = ${id} and s.device_id = ${deviceId} and s.origin = ${origin} and s.to_seq = ${to} and ${isOff}`
    for await (const old of olderEvents(this.#database, deviceId, before, { from, to })) {
      const bury = sql`insert into delivery_state
        (webhook_id, device_id, seq, state, attempts, next_attempt_at, error, history, updated_at)
        select w.id, e.device_id, e.seq, 'dead', 0, ${at}, ${switchedOff}, '[]', ${at}
        from delivery_span s join webhook w on w.id = s.webhook_id join event e on ${eventsOfSpans(this.#byNameOnly)}
        where ${isThis} and e.seq <= ${old.to}
        on conflict (webhook_id, device_id, seq) do update set state = 'dead', error = excluded.error, updated_at = ${at}
        where delivery_state.state = 'retry'`
      const advance = sql`update delivery_span as s set next_seq = ${old.to + 1} where ${isThis} and s.next_seq <= ${old.to}`
      await this.#database.commit([bury, advance].map((part) => ({ query: part.compile(query) })))
    }
  }
}

/** The webhook of the span `s` may have been switched on again since it was looked at. */
const isOff = sql`exists (select 1 from webhook o where o.id = s.webhook_id and o.active = 0)`
