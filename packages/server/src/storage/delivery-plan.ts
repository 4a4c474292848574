import { type CompiledQuery, sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { prepare } from './prepare.ts'
import { scopesOf } from './scope.ts'

type Values = Record<'device' | 'count' | 'webhook' | 'at', unknown>

/** A delivery that was planned: of the event with this number, to this webhook. */
export interface PlannedDelivery {
  readonly webhookId: number
  readonly seq: number
}

export interface PlanDeliveriesOptions {
  readonly onlyWebhook?: number | undefined
  /** Called with what was planned once it is durable. */
  readonly planned?: (deliveries: readonly PlannedDelivery[]) => void
}

/** Plans deliveries of the events that the same unit has just appended. The webhooks are chosen inside the database, so that a webhook made or switched off
 *  on any node counts from its commit on, and no crash can come between an event and its deliveries.
 *  @param byNameOnly events that a webhook without a filter does not get. */
export function createDeliveryPlan(
  database: Database,
  byNameOnly: readonly string[] = [],
): (deviceId: string, count: number, at: number, options?: PlanDeliveriesOptions) => Statement {
  // A webhook of an API key may be deleted just now, without holding the device's row: then it is left out instead of failing the unit.
  const held = database.dialect === 'postgres' ? sql`for key share of w` : sql``
  const plan = (match: ReturnType<typeof sql>) => (value: (name: keyof Values) => never) =>
    sql`insert into delivery
      (webhook_id, event_id, device_id, seq, event_type, state, attempts, next_attempt_at, created_at, updated_at)
      select w.id, e.id, e.device_id, e.seq, e.type, 'pending', 0,
        ${value('at')}, ${value('at')}, ${value('at')}
      from device d
      join event e on e.device_id = d.id and e.seq > d.event_seq - ${value('count')}
      join webhook w on w.scope in ${scopesOf('d')} and w.active = 1 and ${match}
      where d.id = ${value('device')} ${held} returning webhook_id, seq`
  const told =
    byNameOnly.length > 0 ? sql`and e.type not in (${sql.join(byNameOnly.map((name) => sql.lit(name)))})` : sql``
  const wanted = sql`((w.all_events = 1 ${told}) or exists
    (select 1 from webhook_event f where f.webhook_id = w.id and f.event_type = e.type))`
  const toAll: (values: Values) => CompiledQuery = prepare(database.query, plan(wanted))
  const toOne: (values: Values) => CompiledQuery = prepare(database.query, (value) =>
    plan(sql`w.id = ${value('webhook')}`)(value),
  )
  const delivery = (row: Record<string, unknown>) => ({ webhookId: Number(row['webhook_id']), seq: Number(row['seq']) })
  return (device, count, at, { onlyWebhook: webhook, planned } = {}) => ({
    query: (webhook === undefined ? toAll : toOne)({ device, count, at, webhook }),
    whenDurable: ({ rows }) => planned?.(rows.map(delivery)),
  })
}
