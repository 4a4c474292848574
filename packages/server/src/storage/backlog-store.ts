import { sql } from 'kysely'
import type { Database } from './database.ts'

/** What waits. Instants are Unix ms, null when nothing waits; counts stop at {@link countedTo}. */
export interface StoredBacklog {
  readonly outbox: { readonly count: number; readonly oldestAt: number | null }
  /** Deliveries that wait for an active webhook. */
  readonly deliveries: { readonly count: number; readonly oldestAt: number | null }
  readonly deadLetters: number
  readonly webhooks: { readonly working: number; readonly failing: number; readonly off: number }
}

/** This is asked every few seconds, without end: a backlog of millions must not make it expensive. */
export const countedTo = 100_000

const instant = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value))

/** What waits to be sent and to be delivered, for metrics. Each part is answered from an index. */
export async function readBacklog({ query }: Database): Promise<StoredBacklog> {
  const numbers = async (statement: ReturnType<typeof sql>) =>
    ((await statement.execute(query)).rows[0] ?? {}) as Record<string, unknown>
  const limit = sql.lit(countedTo)
  const [outbox, pending, oldest, dead, webhooks] = await Promise.all([
    numbers(sql`select count(*) as count, min(created_at) as oldest
      from (select created_at from send_intent where state <> 'scheduled' limit ${limit}) as some_intents`),
    numbers(sql`select count(*) as count from (select 1 from delivery as d join webhook as w on w.id = d.webhook_id
      where d.state = 'pending' and w.active = 1 limit ${limit}) as some_deliveries`),
    // The first of each device is its oldest.
    numbers(sql`select min(created_at) as oldest from delivery as d join
      (select w.id, o.id as device,
          (select min(seq) from delivery where webhook_id = w.id and device_id = o.id and state = 'pending') as seq
        from webhook as w join device as o on o.id = w.device_id where w.active = 1
        union all
        select w.id, o.id as device,
          (select min(seq) from delivery where webhook_id = w.id and device_id = o.id and state = 'pending') as seq
        from webhook as w join device as o on o.api_key_id = w.api_key_id where w.active = 1) as first
      on d.webhook_id = first.id and d.device_id = first.device and d.seq = first.seq and d.state = 'pending'`),
    numbers(sql`select count(*) as count from
      (select 1 from delivery where state = 'dead' limit ${limit}) as some_deliveries`),
    numbers(sql`select count(case when active = 1 and failing_since is null then 1 end) as working,
      count(case when active = 1 and failing_since is not null then 1 end) as failing,
      count(case when active = 0 then 1 end) as off from webhook`),
  ])
  return {
    outbox: { count: Number(outbox['count']), oldestAt: instant(outbox['oldest']) },
    deliveries: { count: Number(pending['count']), oldestAt: instant(oldest['oldest']) },
    deadLetters: Number(dead['count']),
    webhooks: {
      working: Number(webhooks['working']),
      failing: Number(webhooks['failing']),
      off: Number(webhooks['off']),
    },
  }
}
