import { sql } from 'kysely'
import type { Database } from './database.ts'
import { eventsOfSpans } from './delivery-spans.ts'
import { eventOrder } from './event-days.ts'

/** Above so many events each of them is counted, whatever the filter: looking at them costs more than the number is worth. */
const mostLookedAt = 1000

/** How many deliveries wait, and since when the oldest of them does. `active`: only those for active webhooks. `apiKeyId`: only
 *  those of devices of this key. */
export async function pendingCounts(
  database: Pick<Database, 'query' | 'days'>,
  {
    active = false,
    byNameOnly = [],
    apiKeyId,
  }: { active?: boolean; byNameOnly?: readonly string[]; apiKeyId?: number | undefined },
): Promise<{ count: number; oldestAt: number | null }> {
  const length = sql`(case when s.to_seq < d.event_seq then s.to_seq else d.event_seq end - s.next_seq + 1)`
  const awaited = sql`event e where ${eventsOfSpans(byNameOnly)} and not exists (select 1 from delivery_state r
    where r.webhook_id = s.webhook_id and r.device_id = s.device_id and r.seq = e.seq and r.state <> 'retry')`
  const { rows } = await sql<{ count: number | null; oldest: number | null }>`
    select sum(n) as count, min(oldest) as oldest from (select
      case when ${length} > ${sql.lit(mostLookedAt)} then ${length} else (select count(*) from ${awaited}) end as n,
      (select e.created_at from ${awaited} order by ${eventOrder(database)} limit 1) as oldest
      from delivery_span s join webhook w on w.id = s.webhook_id join device d on d.id = s.device_id
      where s.next_seq <= d.event_seq and s.next_seq <= s.to_seq ${active ? sql`and w.active = 1` : sql``}
        ${apiKeyId === undefined ? sql`` : sql`and d.api_key_id = ${apiKeyId}`}) as some_lanes`.execute(database.query)
  const [row] = rows
  return { count: Number(row?.count ?? 0), oldestAt: row?.oldest == null ? null : Number(row.oldest) }
}
