import { sql } from 'kysely'
import { mostApart } from './delivery-log.ts'
import { eventsOfSpans, isAwaited } from './delivery-spans.ts'
import { scopesOf } from './scope.ts'

const ofWebhooks = sql`device o join webhook w on w.scope in ${scopesOf('o')}`

const hasFailed = sql`exists (select 1 from ${ofWebhooks} join delivery_state r on r.webhook_id = w.id
  and r.device_id = o.id and r.seq = event.seq where o.id = event.device_id)`

/** A row `l` of the log of the webhook `w` has an event, or has it between two. */
const inRow = (event: 'event' | 'e') => {
  const [seq, at] = [sql.ref(`${event}.seq`), sql.ref(`${event}.created_at`)]
  return sql`l.first_seq <= ${seq} and l.last_seq >= ${seq} and l.place >= case when w.device_id is null then ${at} else ${seq} end
    and l.place < case when w.device_id is null then ${at} + ${sql.lit(mostApart.ms)} else ${seq} + ${sql.lit(mostApart.seq)} end`
}

const isInLog = sql`exists (select 1 from ${ofWebhooks} join delivery_log l on l.webhook_id = w.id and l.device_id = o.id
  and ${inRow('event')} where o.id = event.device_id)`

/** Whether a webhook needs `event`: it waits to be delivered, has failed, or is in the log of what was delivered and may be asked for again. */
export const isNeeded = sql`(${isAwaited} or ${hasFailed} or ${isInLog})`

/** Whether a webhook needs any event of some days, the last one not included. It is looked for from the side of the webhooks, which have little to say of old
 *  days. */
export const isNeededBetween = ({ from, to }: { readonly from: number; readonly to: number }) => {
  const thatDay = sql`e.day >= ${sql.lit(from)} and e.day < ${sql.lit(to)}`
  return sql<boolean>`(exists (select 1 from delivery_span s join webhook w on w.id = s.webhook_id
      join event e on ${eventsOfSpans([])} and ${thatDay})
    or exists (select 1 from delivery_state r join event e on e.device_id = r.device_id and e.seq = r.seq and ${thatDay})
    or exists (select 1 from delivery_log l join webhook w on w.id = l.webhook_id
      join event e on e.device_id = l.device_id and ${inRow('e')} and ${thatDay}))`
}
