import { Gauge, type Registry } from 'prom-client'
import type { StoredBacklog } from '../storage/backlog-store.ts'

/** Seconds since an instant (Unix ms); 0 when nothing waits. */
const age = (at: number | null, now: number): number => (at === null ? 0 : Math.max(0, now - at) / 1000)

/** Gauges of what waits in the database. */
export const backlogGauges = (registers: Registry[]) => {
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name: `switchboard_${name}`, help, labelNames, registers })
  const outbox = gauge('outbox_messages', 'Messages that are accepted and not sent yet; counted up to 100000')
  const outboxAge = gauge('outbox_oldest_age_seconds', 'Age of the oldest of them; 0 when there is none')
  const pending = gauge(
    'webhook_pending_deliveries',
    'Deliveries that wait for an active webhook; counted up to 100000',
  )
  const pendingAge = gauge(
    'webhook_oldest_pending_age_seconds',
    'Age of the oldest event that an active webhook has not got',
  )
  const dead = gauge('webhook_kept_dead_letters', 'Dead letters that can be delivered again; counted up to 100000')
  const webhooks = gauge('webhooks', 'Webhooks that work, that only fail, and that are switched off', 'state')
  const single = [outbox, outboxAge, pending, pendingAge, dead]
  return {
    show(backlog: StoredBacklog, now: number): void {
      outbox.set(backlog.outbox.count)
      outboxAge.set(age(backlog.outbox.oldestAt, now))
      pending.set(backlog.deliveries.count)
      pendingAge.set(age(backlog.deliveries.oldestAt, now))
      dead.set(backlog.deadLetters)
      for (const [state, count] of Object.entries(backlog.webhooks)) webhooks.set({ state }, count)
    },
    /** Nobody knows: an old number would be a lie. */
    hide(): void {
      for (const each of single) each.remove()
      webhooks.reset()
    },
  }
}
