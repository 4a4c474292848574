import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { presentFilter, singleEvent } from './delivery-spans.ts'
import { prepare } from './prepare.ts'
import { requestNumber } from './request-number.ts'
import { scopesOf } from './scope.ts'

/** Who gets the events of a unit: webhooks by type of event. */
export type Recipients = ReadonlyMap<string, readonly number[]>

export interface PlanDeliveriesOptions {
  /** The events (of type {@link singleEvent}) are for this webhook alone. */
  readonly onlyWebhook?: number | undefined
  /** Called with who gets what was appended, once it is durable. */
  readonly planned?: (recipients: Recipients) => void
}

/** Finds the webhooks of events that the same unit has just appended. They are found inside the database, so that a webhook made, changed or switched off
 *  counts from its commit on. Nothing is written: what a webhook has to get follows from its spans.
 *  @param byNameOnly events that a webhook without a filter does not get. */
export function createDeliveryPlan(
  database: Database,
  byNameOnly: readonly string[] = [],
): (deviceId: string, types: readonly string[], options?: PlanDeliveriesOptions) => Statement[] {
  const ofType = prepare<{ device: string; toAll: string; name: string }>(
    database.query,
    (value) => sql`select w.id from device d join webhook w on w.scope in ${scopesOf('d')} and w.open = 1
      where d.id = ${value('device')}
        and (w.filter = ${value('toAll')} or replace(w.filter, ${value('name')}, '') <> w.filter)`,
  )
  // A webhook of an API key may be deleted just now, without holding the device's row: then it is left out instead of failing the unit.
  const held = database.dialect === 'postgres' ? sql`for key share of w` : sql``
  const toOne = prepare<{ device: string; count: number; webhook: number; origin: number }>(
    database.query,
    (value) => sql`insert into delivery_span (webhook_id, device_id, origin, to_seq, next_seq, filter)
      select w.id, d.id, ${value('origin')}, d.event_seq, d.event_seq - ${value('count')} + 1, '*'
      from device d join webhook w on w.scope in ${scopesOf('d')} and w.open = 1
      where d.id = ${value('device')} and w.id = ${value('webhook')} ${held}`,
  )
  const plan = (device: string, type: string, found: (webhooks: readonly number[]) => void): Statement => ({
    // No webhook has this second filter.
    query: ofType({ device, toAll: byNameOnly.includes(type) ? presentFilter : '', name: `,${type},` }),
    whenDurable: ({ rows }) => found(rows.map((row) => Number(row['id']))),
  })
  return (device, types, { onlyWebhook: webhook, planned } = {}) => {
    const recipients = new Map<string, readonly number[]>()
    if (webhook !== undefined) {
      const query = toOne({ device, count: types.length, webhook, origin: requestNumber() })
      return [{ query, whenDurable: () => planned?.(recipients) }]
    }
    const names = [...new Set(types)].filter((type) => type !== singleEvent)
    if (names.length === 0) return []
    return names.map((type, place) =>
      plan(device, type, (webhooks) => {
        recipients.set(type, webhooks)
        if (place === names.length - 1) planned?.(recipients)
      }),
    )
  }
}
