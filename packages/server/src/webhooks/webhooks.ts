import type { DeviceWork } from '../cluster/device-work.ts'
import type { Statement } from '../storage/database.ts'
import type { DeliveryReport } from '../storage/delivery-report.ts'
import type { Scope } from '../storage/scope.ts'
import type { Sealer } from '../storage/sealing/keyring.ts'
import type { StoredWebhook } from '../storage/webhook-store.ts'

/** A webhook as its owner sees it: without its secret. */
export type WebhookView = Omit<
  StoredWebhook,
  'secretSealed' | 'previousSecretSealed' | 'formatSealed' | 'apiKeyId' | 'scope'
>

export interface WebhookInput {
  readonly url: string
  /** Event names; empty means all. */
  readonly events: readonly string[]
  /** The owner's own, or made when absent. */
  readonly secret?: string | undefined
  readonly active: boolean
}

/** A webhook with a form of its own, and what its registration said. */
export interface FormedWebhook extends WebhookView {
  readonly options: unknown
  readonly secret: string
}

/** A webhook with a form as a registration wants it. */
export interface WantedWebhook {
  /** What it was so far: that one changes, with all that waits for it. Undefined: a new one. */
  readonly former: number | undefined
  readonly url: string
  /** Event names; empty means all. */
  readonly events: readonly string[]
  readonly options: unknown
  /** Undefined: that of the former, or one is made, and nobody needs it. */
  readonly secret: string | undefined
  readonly active: boolean
}

/** A device that is being made. */
export interface NewDevice {
  readonly id: string
  readonly sealer: Sealer
}

export interface WebhookTotals {
  readonly webhooks: { readonly total: number; readonly active: number }
  readonly deliveries: Readonly<Record<DeliveryReport['state'], number>>
}

/** A delivery with its attempts, as the log of a webhook shows it. */
export type DeliveryLog = DeliveryReport

/** Owner of webhook endpoints and their deliveries. The operations of `operations/webhooks` and `operations/admin` are thin above it. */
export interface Webhooks extends DeviceWork {
  start(): Promise<void>
  /** Lets attempts in flight finish (bounded); what is pending stays in the database. */
  stop(deadlineMs: number): Promise<void>

  list(scope: Scope): Promise<WebhookView[]>
  /** @throws AppError webhook_not_found */
  get(scope: Scope, id: number): Promise<WebhookView>
  /** Those with a form, oldest first. */
  formed(scope: Scope, kind: string): Promise<FormedWebhook[]>
  /** Makes those with a form what a registration plans by what is known of them, all of it or nothing. What is as planned stays as it is; what is not in the
   *  plan ends. @param plan is asked again when they change meanwhile. @throws AppError webhook_limit_reached | invalid_webhook_url | invalid_request */
  register(
    scope: Scope,
    kind: string,
    plan: (known: readonly FormedWebhook[]) => readonly WantedWebhook[],
  ): Promise<void>
  /** The same for a device that is being made, as a part of the unit that makes it. When that is done, {@link forget} what is known of it.
   *  @throws AppError webhook_limit_reached | invalid_webhook_url | invalid_request */
  ofNewDevice(device: NewDevice, kind: string, wanted: readonly WantedWebhook[]): Promise<readonly Statement[]>
  /** A URL that may be registered, in its normal form. @throws AppError invalid_webhook_url */
  checkUrl(url: string): string
  /** The secret is shown here and never again. @throws AppError webhook_limit_reached | invalid_webhook_url | invalid_request */
  create(scope: Scope, input: WebhookInput): Promise<{ webhook: WebhookView; secret: string }>
  /** What is absent stays as it is. @throws AppError webhook_not_found | invalid_webhook_url */
  update(
    scope: Scope,
    id: number,
    change: {
      url?: string | undefined
      events?: readonly string[] | undefined
      active?: boolean | undefined
    },
  ): Promise<WebhookView>
  /** @throws AppError webhook_not_found */
  remove(scope: Scope, id: number): Promise<void>
  /** A new secret; the old one signs as well (Standard Webhooks headers only) for a day. @throws AppError webhook_not_found | invalid_request */
  rotateSecret(scope: Scope, id: number, secret?: string): Promise<{ secret: string; previousUntil: number }>
  /** Newest first. `before`: the `seq` of an event, or its id where the webhook is that of an API key. @throws AppError webhook_not_found */
  logs(
    scope: Scope,
    id: number,
    options: { limit: number; before?: number | string | undefined; state?: DeliveryReport['state'] | undefined },
  ): Promise<DeliveryLog[]>
  /** Raises `test.ping` for this webhook alone and sends it at once; answers the event's id. That of an API key is raised by its first device.
   *  @throws AppError webhook_not_found | webhook_inactive | device_not_found */
  test(scope: Scope, id: number): Promise<string>
  /** Tries now what waits for an endpoint that did not work, and begins the schedule again. @throws AppError webhook_not_found | webhook_inactive */
  resume(scope: Scope, id: number): Promise<void>
  /** Puts one event up for delivery again. @throws AppError webhook_not_found | webhook_inactive | delivery_not_found */
  redeliver(scope: Scope, id: number, eventId: string): Promise<void>
  /** Puts every dead letter up again; answers how many. @throws AppError webhook_not_found | webhook_inactive */
  redeliverDead(scope: Scope, id: number): Promise<number>
  /** Puts a range of the log of a device (by `seq`, both ends included) up for delivery, within the filter.
   *  @throws AppError webhook_not_found | webhook_inactive | device_not_found */
  replay(scope: Scope, id: number, range: { deviceId: string; from: number; to: number }): Promise<number>
  totals(): Promise<WebhookTotals>
  /** Forgets what was delivered of events that were erased. What is in the database of it goes by itself. */
  forgetErased(deviceId: string): Promise<void>
  /** Tells that webhooks were changed by somebody else (their device or API key was deleted). */
  forget(scope: Scope): void
}
