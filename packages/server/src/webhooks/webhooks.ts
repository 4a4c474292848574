import type { AttemptReport, DeliveryReport } from '../storage/delivery-report-store.ts'
import type { StoredWebhook } from '../storage/webhook-store.ts'

/** A webhook as its owner sees it: without its secret. */
export type WebhookView = Omit<StoredWebhook, 'secretSealed' | 'previousSecretSealed' | 'apiKeyId'>

export interface WebhookInput {
  readonly url: string
  /** Event names; empty means all. */
  readonly events: readonly string[]
  /** The owner's own, or made when absent. */
  readonly secret?: string | undefined
  readonly active: boolean
}

export interface WebhookTotals {
  readonly webhooks: { readonly total: number; readonly active: number }
  readonly deliveries: Readonly<Record<DeliveryReport['state'], number>>
}

export interface DeliveryLog extends DeliveryReport {
  readonly history: readonly AttemptReport[]
}

/** Owner of webhook endpoints and their deliveries. The operations of `operations/webhooks` and `operations/admin` are thin above it. */
export interface Webhooks {
  start(): Promise<void>
  /** Lets attempts in flight finish (bounded); what is pending stays in the database. */
  stop(deadlineMs: number): Promise<void>

  list(deviceId: string): Promise<WebhookView[]>
  /** @throws AppError webhook_not_found */
  get(deviceId: string, id: number): Promise<WebhookView>
  /** The secret is shown here and never again. @throws AppError webhook_limit_reached | invalid_webhook_url | invalid_request */
  create(deviceId: string, input: WebhookInput): Promise<{ webhook: WebhookView; secret: string }>
  /** What is absent stays as it is. @throws AppError webhook_not_found | invalid_webhook_url */
  update(
    deviceId: string,
    id: number,
    change: { url?: string | undefined; events?: readonly string[] | undefined; active?: boolean | undefined },
  ): Promise<WebhookView>
  /** @throws AppError webhook_not_found */
  remove(deviceId: string, id: number): Promise<void>
  /** A new secret; the old one signs as well (Standard Webhooks headers only) for a day. @throws AppError webhook_not_found | invalid_request */
  rotateSecret(deviceId: string, id: number, secret?: string): Promise<{ secret: string; previousUntil: number }>
  /** Newest first. @throws AppError webhook_not_found */
  logs(
    deviceId: string,
    id: number,
    options: { limit: number; before?: number | undefined; state?: DeliveryReport['state'] | undefined },
  ): Promise<DeliveryLog[]>
  /** Raises `test.ping` for this webhook alone and sends it at once; answers the event's id. @throws AppError webhook_not_found | webhook_inactive */
  test(deviceId: string, id: number): Promise<string>
  /** Tries now what waits for an endpoint that did not work, and begins the schedule again. @throws AppError webhook_not_found | webhook_inactive */
  resume(deviceId: string, id: number): Promise<void>
  /** Puts one event up for delivery again. @throws AppError webhook_not_found | webhook_inactive | delivery_not_found */
  redeliver(deviceId: string, id: number, eventId: string): Promise<void>
  /** Puts every dead letter up again; answers how many. @throws AppError webhook_not_found | webhook_inactive */
  redeliverDead(deviceId: string, id: number): Promise<number>
  /** Puts a range of the log (by `seq`, both ends included) up for delivery, within the filter. @throws AppError webhook_not_found | webhook_inactive */
  replay(deviceId: string, id: number, range: { from: number; to: number }): Promise<number>
  totals(): Promise<WebhookTotals>
  /** Tells that webhooks of a device were changed by somebody else (the device was deleted). */
  forget(deviceId: string): void
}
