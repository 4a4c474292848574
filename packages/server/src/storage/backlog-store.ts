import { sql } from 'kysely'
import type { Database } from './database.ts'
import { pendingCounts } from './pending-counts.ts'

/** What waits. Instants are Unix ms, null when nothing waits; counts stop at {@link countedTo}. */
export interface StoredBacklog {
  readonly outbox: { readonly count: number; readonly oldestAt: number | null }
  /** Deliveries that wait for an active webhook. Where more than a thousand events are to be looked at for a webhook, its filter is not. */
  readonly deliveries: { readonly count: number; readonly oldestAt: number | null }
  readonly deadLetters: number
  readonly webhooks: { readonly working: number; readonly failing: number; readonly off: number }
}

/** This is asked every few seconds, without end: a backlog of millions must not make it expensive. */
export const countedTo = 100_000

const instant = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value))

/** What waits to be sent and to be delivered, for metrics. Each part is answered from an index.
 *  @param byNameOnly events that a webhook without a filter does not get
 *  @param apiKeyId only of this API key and its devices */
export async function readBacklog(
  database: Database,
  byNameOnly: readonly string[] = [],
  apiKeyId?: number,
): Promise<StoredBacklog> {
  const { query } = database
  const numbers = async (statement: ReturnType<typeof sql>) =>
    ((await statement.execute(query)).rows[0] ?? {}) as Record<string, unknown>
  const limit = sql.lit(countedTo)
  const ofKey = (device: string) =>
    apiKeyId === undefined
      ? sql``
      : sql`and ${sql.ref(device)} in (select id from device where api_key_id = ${apiKeyId})`
  const ofWebhook =
    apiKeyId === undefined ? sql`` : sql`where api_key_id = ${apiKeyId} or (1 = 1 ${ofKey('device_id')})`
  const [outbox, pending, dead, webhooks] = await Promise.all([
    numbers(sql`select count(*) as count, min(created_at) as oldest
      from (select created_at from send_intent where state <> 'scheduled' ${ofKey('device_id')} limit ${limit}) as some_intents`),
    pendingCounts(database, { active: true, byNameOnly, apiKeyId }),
    numbers(sql`select count(*) as count from
      (select 1 from delivery_state where state = 'dead' ${ofKey('device_id')} limit ${limit}) as some_deliveries`),
    numbers(sql`select count(case when active = 1 and failing_since is null then 1 end) as working,
      count(case when active = 1 and failing_since is not null then 1 end) as failing,
      count(case when active = 0 then 1 end) as off from webhook ${ofWebhook}`),
  ])
  return {
    outbox: { count: Number(outbox['count']), oldestAt: instant(outbox['oldest']) },
    deliveries: { count: Math.min(pending.count, countedTo), oldestAt: pending.oldestAt },
    deadLetters: Number(dead['count']),
    webhooks: {
      working: Number(webhooks['working']),
      failing: Number(webhooks['failing']),
      off: Number(webhooks['off']),
    },
  }
}
