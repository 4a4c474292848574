import { type RawBuilder, sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { devicesOf, noEnd } from './delivery-spans.ts'
import { openMissingSpans } from './delivery-store.ts'

/** Statements by which webhooks get, or no longer get, a part of the event log. */
export class WebhookSpans {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Opens webhooks: what happens from now on is for them. */
  open(which: RawBuilder<unknown>): Statement[] {
    const spans = sql`insert into delivery_span (webhook_id, device_id, origin, to_seq, next_seq, filter)
      select w.id, d.id, 0, ${sql.lit(noEnd)}, d.event_seq + 1, '=' from webhook w join device d on ${devicesOf}
      where ${which}`
    const open = sql`update webhook as w set open = 1, version = w.version + 1 where ${which}`
    return this.#all(this.#hold(which), spans, open)
  }

  /** Closes webhooks: what has happened so far waits for them, and nothing else. */
  close(which: RawBuilder<unknown>): Statement[] {
    const isOpen = sql`delivery_span.origin = 0 and delivery_span.to_seq = ${sql.lit(noEnd)}`
    const end = sql`delete from delivery_span where ${isOpen} and webhook_id in (select w.id from webhook w where ${which})`
    const close = sql`update webhook as w set open = 0, version = w.version + 1 where ${which} and w.open = 1`
    return [...this.#cutOff(which), ...this.#all(end, close)]
  }

  /** Before the filter of webhooks changes: what has happened so far is for them as they are. */
  cut(which: RawBuilder<unknown>): Statement[] {
    const begin = sql`update delivery_span
      set next_seq = (select d.event_seq + 1 from device d where d.id = delivery_span.device_id)
      where origin = 0 and to_seq = ${sql.lit(noEnd)} and webhook_id in (select w.id from webhook w where ${which})
        and next_seq <= (select d.event_seq from device d where d.id = delivery_span.device_id)`
    const changed = sql`update webhook as w set version = w.version + 1 where ${which}`
    return [...this.#cutOff(which), ...this.#all(begin, changed)]
  }

  /** Makes spans of their own, with the present filter, of what is left of open ones. */
  #cutOff(which: RawBuilder<unknown>): Statement[] {
    const cut = sql`insert into delivery_span (webhook_id, device_id, origin, to_seq, next_seq, filter)
      select w.id, d.id, 0, d.event_seq, s.next_seq, w.filter from webhook w
      join delivery_span s on s.webhook_id = w.id and s.origin = 0 and s.to_seq = ${sql.lit(noEnd)}
      join device d on d.id = s.device_id where ${which} and s.next_seq <= d.event_seq`
    return [...this.#all(this.#hold(which)), openMissingSpans(this.#database, which), ...this.#all(cut)]
  }

  /** The devices' rows are held, so that no event is appended meanwhile. */
  #hold(which: RawBuilder<unknown>): RawBuilder<unknown> {
    return sql`update device set event_seq = event_seq
      where id in (select d.id from webhook w join device d on ${devicesOf} where ${which})`
  }

  #all(...parts: readonly RawBuilder<unknown>[]): Statement[] {
    return parts.map((part) => ({ query: part.compile(this.#database.query) }))
  }
}
