import { type RawBuilder, sql } from 'kysely'
import { scopesOf } from './scope.ts'

/** Part of the log of a device that a webhook still has to get. */
export interface Span {
  /** 0: what happens, in its order. Otherwise the number of a request for events that happened already. */
  readonly origin: number
  readonly to: number
  /** The first event of it that was not delivered, or not looked at. */
  readonly next: number
  /** See {@link wanted}. */
  readonly filter: string
}

/** End of a span that has none. */
export const noEnd = Number.MAX_SAFE_INTEGER
/** Wants every event, also {@link singleEvent}. */
export const everything = '*'
/** Stands for the filter that the webhook has now. */
export const presentFilter = '='
/** Each of these is for one webhook, which has a span for it alone. No filter wants it. */
export const singleEvent = 'test.ping'

/** A filter as it is stored: empty for all. */
export const filterText = (events: readonly string[]): string =>
  events.length === 0 ? '' : `,${events.toSorted().join(',')},`

export const filterEvents = (text: string): string[] => text.split(',').filter((name) => name !== '')

/** Whether a stored filter wants an event, as a condition. @param byNameOnly events that a webhook without a filter does not get */
export const wantedBy = (filter: RawBuilder<unknown>, type: RawBuilder<unknown>, byNameOnly: readonly string[]) => {
  const toAll = byNameOnly.length > 0 ? sql`${type} not in (${literals(byNameOnly)})` : sql`1 = 1`
  return sql`(${filter} = '*' or (${type} <> ${sql.lit(singleEvent)} and ((${filter} = '' and ${toAll})
    or replace(${filter}, ',' || ${type} || ',', '') <> ${filter})))`
}

/** The same for a filter and an event that are known. */
export const wants = (filter: string, type: string, byNameOnly: readonly string[]): boolean => {
  if (filter === everything) return true
  if (type === singleEvent) return false
  return filter === '' ? !byNameOnly.includes(type) : filter.includes(`,${type},`)
}

const literals = (names: readonly string[]) => sql.join(names.map((name) => sql.lit(name)))

/** The filter of the span `s` of the webhook `w`. */
export const filterOfSpan = sql<string>`case when s.filter = '=' then w.filter else s.filter end`

/** A row with a span, its {@link filterOfSpan} as `filter`. */
export type SpanRow = Record<'origin' | 'to_seq' | 'next_seq', number> & { filter: string }

export const toSpan = ({ origin, to_seq, next_seq, filter }: SpanRow): Span => ({
  origin: Number(origin),
  to: Number(to_seq),
  next: Number(next_seq),
  filter,
})

/** Joins the events `e` that spans `s` of webhooks `w` have. */
export const eventsOfSpans = (byNameOnly: readonly string[]) =>
  sql`e.device_id = s.device_id and e.seq >= s.next_seq and e.seq <= s.to_seq
    and ${wantedBy(sql`(${filterOfSpan})`, sql`e.type`, byNameOnly)}`

/** Devices `d` of webhooks `w`. */
export const devicesOf = sql`(d.id = w.device_id or d.api_key_id = w.api_key_id)`

/** Whether an event still waits for a webhook, as a condition about `event`. What only a filter with its name wants counts as waiting for every webhook. */
export const isAwaited = sql`exists (select 1 from device o
  join webhook w on w.scope in ${scopesOf('o')} join delivery_span s on s.webhook_id = w.id and s.device_id = o.id
  where o.id = event.device_id and event.seq >= s.next_seq and event.seq <= s.to_seq
    and ${wantedBy(sql`(${filterOfSpan})`, sql`event.type`, [])})`

/** A stretch of the log, and the filters of the spans that have it. */
export interface Stretch {
  readonly from: number
  readonly to: number
  readonly filters: readonly string[]
}

/** Spans, which may overlap, as stretches one after the other, from behind `after` on. */
export function* stretches(spans: readonly Span[], after: number): Generator<Stretch> {
  for (let place = after; ; ) {
    const rest = spans.filter(({ next, to }) => to > place && to >= next)
    if (rest.length === 0) return
    const from = Math.max(place + 1, Math.min(...rest.map(({ next }) => next)))
    const here = rest.filter(({ next }) => next <= from)
    const later = rest.flatMap(({ next }) => (next > from ? [next - 1] : []))
    const to = Math.min(...here.map((span) => span.to), ...later)
    yield { from, to, filters: [...new Set(here.map(({ filter }) => filter))] }
    place = to
  }
}

/** How much of the log is looked through at once, so that a filter that wants little holds nobody up. */
const lookedThrough = 4096

/** The same in parts of a bounded length. */
export function* parts(whole: Iterable<Stretch>): Generator<Stretch> {
  for (const { from, to, filters } of whole) {
    for (let start = from; start <= to; start += lookedThrough) {
      yield { from: start, to: Math.min(to, start + lookedThrough - 1), filters }
    }
  }
}
