import { sql } from 'kysely'
import type { Database } from './database.ts'

/** A webhook that a person should look at. */
export interface AilingWebhook {
  readonly id: number
  /** Null: it is that of the API key. */
  readonly deviceId: string | null
  readonly apiKeyId: number
  readonly customerName: string
  readonly url: string
  /** Why the gateway switched it off. */
  readonly disabledReason: string | null
  /** Since when it only fails. */
  readonly failingSince: number | null
  readonly updatedAt: number
  /** Counted up to {@link deadCountedTo}. */
  readonly dead: number
  /** When the oldest of them became one. */
  readonly deadSince: number | null
}

export const deadCountedTo = 1000

/** Webhooks that fail, were switched off by the gateway, or have dead letters, of everybody or of one API key. */
export async function listAilingWebhooks(
  { query }: Database,
  { apiKeyId, limit }: { readonly apiKeyId?: number | undefined; readonly limit: number },
): Promise<AilingWebhook[]> {
  const dead = sql`delivery_state r where r.webhook_id = w.id and r.state = 'dead'`
  const { rows } = await sql<AilingWebhook>`
    select w.id, w.device_id as "deviceId", k.id as "apiKeyId", k.customer_name as "customerName", w.url,
      w.disabled_reason as "disabledReason", w.failing_since as "failingSince", w.updated_at as "updatedAt",
      (select count(*) from (select 1 from ${dead} limit ${sql.lit(deadCountedTo)}) as some_letters) as dead,
      (select min(r.updated_at) from ${dead}) as "deadSince"
    from webhook w left join device d on d.id = w.device_id join api_key k on k.id = coalesce(w.api_key_id, d.api_key_id)
    where (w.failing_since is not null or w.disabled_reason is not null or exists (select 1 from ${dead}))
      ${apiKeyId === undefined ? sql`` : sql`and k.id = ${apiKeyId}`}
    order by w.id limit ${limit}`.execute(query)
  return rows
}
