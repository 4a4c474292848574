import { type Clock, createAgeClock } from '../clock.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import { planEvents } from '../events/plan-events.ts'
import type { DeliveryFacts, WebhookObserver } from '../observe/observer.ts'
import type { Database, Statement } from '../storage/database.ts'
import type { AttemptRow, DeliveryStore, PendingDelivery } from '../storage/delivery-store.ts'
import type { WebhookStore } from '../storage/webhook-store.ts'
import type { AttemptResult } from './attempt.ts'
import type { Target, WebhookDirectory } from './directory.ts'
import { givesUpAfterMs } from './retry-schedule.ts'
import { isBusy, type Verdict, verdictOf } from './verdict.ts'

export interface AttemptStoreOptions {
  readonly database: Database
  readonly deliveries: DeliveryStore
  readonly webhooks: WebhookStore
  readonly directory: WebhookDirectory
  readonly eventLog: EventLog
  readonly clock: Clock
  /** How often an event is tried, the first time included, before it alone may be to blame. */
  readonly retryLimit: number
  readonly observer: WebhookObserver
}

/** An event that has failed so often. */
export interface FailedDelivery extends DeliveryFacts {
  readonly attempts: number
}

/** What follows from a failed attempt. */
export interface NotedFailure {
  /** `dead`: the endpoint has refused the event often enough. `off`: the webhook was switched off. */
  readonly end: 'dead' | 'off' | undefined
  /** The event has used up its attempts, and the endpoint may be well. */
  readonly isSuspect: boolean
  readonly delivery: FailedDelivery
  /** The time of day that is stored for the next attempt. */
  readonly nextAttemptAt: number
}

const factsOf = ({ id, url }: Target, { deviceId }: PendingDelivery) => ({ device: deviceId, webhook: id, url })

/** Stores what came of attempts, and tells the observer. */
export class AttemptStore {
  readonly #options: AttemptStoreOptions
  readonly #age: () => number

  constructor(options: AttemptStoreOptions) {
    this.#options = options
    this.#age = createAgeClock(options.clock)
  }

  #row(target: Target, delivery: PendingDelivery, result: AttemptResult): AttemptRow {
    const { error, response, latencyMs } = result
    return {
      webhookId: target.id,
      eventId: delivery.eventId,
      attempt: delivery.attempts + 1,
      status: result.status ?? null,
      error,
      response,
      latencyMs,
      at: this.#options.clock.now(),
      triedAt: delivery.triedAt,
    }
  }

  /** Statements for a success. */
  delivered(target: Target, delivery: PendingDelivery, result: AttemptResult): Statement[] {
    const { observer } = this.#options
    const row = this.#row(target, delivery, result)
    const unit = this.#options.deliveries.attempted(row, 'success', row.at)
    observer.delivered(Math.max(0, row.at - delivery.eventAt) / 1000)
    if (target.failingSince !== null) {
      observer.recovered(factsOf(target, delivery), row.at - target.failingSince)
      target.failingSince = null
      unit.push(this.#options.webhooks.setFailingSince(target.id, null))
    }
    return unit
  }

  /** Makes dead letters of events that have used up their attempts at an endpoint that works, with what shows that it does. */
  async giveUp(suspects: readonly FailedDelivery[], proof: readonly Statement[]): Promise<void> {
    const { database, deliveries, clock, observer } = this.#options
    const at = clock.now()
    const unit = suspects.map(({ webhook, event, attempts }) => deliveries.giveUp(webhook, event, attempts, at))
    await database.commit([...unit, ...proof])
    for (const each of suspects) observer.deadLetter(each)
  }

  /** Stores a failure. @param delayMs until the next attempt */
  async failed(
    target: Target,
    delivery: PendingDelivery,
    result: AttemptResult,
    delayMs: number,
  ): Promise<NotedFailure> {
    const { database, deliveries, webhooks, directory, observer } = this.#options
    const verdict = verdictOf(result.status)
    const row = this.#row(target, delivery, result)
    const { isSuspect, dead } = await this.#blame(row, result, verdict)
    const nextAttemptAt = row.at + delayMs
    const failingSince = target.failingSince ?? row.at
    const off = verdict === 'gone' ? 'gone' : this.#age() - failingSince >= givesUpAfterMs ? 'failing' : undefined
    const unit: Statement[] = [...deliveries.attempted(row, dead ? 'dead' : 'pending', nextAttemptAt)]
    if (target.failingSince === null) unit.push(webhooks.setFailingSince(target.id, failingSince))
    if (off) unit.push(...this.#disable(target, delivery.deviceId, off, row.at))
    await database.commit(unit, { lane: `webhook:${target.id}` })
    const { eventId: event, attempt: attempts, status, error } = row
    const failed = { ...factsOf(target, delivery), event, type: delivery.type, status, error, attempts }
    if (target.failingSince === null) observer.failing(failed)
    if (dead) observer.deadLetter(failed)
    if (off) observer.disabled(failed, off)
    target.failingSince = failingSince
    if (off) directory.forget(target.scope)
    return { end: off ? 'off' : dead ? 'dead' : undefined, isSuspect, delivery: failed, nextAttemptAt }
  }

  /** An event is a dead letter once it was refused so often, and may be one once it was tried so often. What the endpoint says of itself (that it is busy,
   *  when it can be asked again) and what never arrived there is no event's doing. */
  async #blame(
    row: AttemptRow,
    result: AttemptResult,
    verdict: Verdict,
  ): Promise<{ isSuspect: boolean; dead: boolean }> {
    const { deliveries, retryLimit } = this.#options
    const own = verdict === 'trouble' && result.sent && !isBusy(row.status) && result.retryAfterMs === undefined
    if (row.attempt < retryLimit || !(own || verdict === 'refused')) return { isSuspect: false, dead: false }
    const before = await deliveries.answers(row.webhookId, row.eventId, row.attempt - 1)
    const exempt = before.filter((status) => (own ? isBusy(status) : verdictOf(status ?? undefined) !== 'refused'))
    const enough = row.attempt - exempt.length >= retryLimit
    return { isSuspect: own && enough, dead: !own && enough }
  }

  /** The event of its end is one of the device with the delivery that failed. */
  #disable(target: Target, deviceId: string, reason: 'gone' | 'failing', at: number): Statement[] {
    const account = undefined
    const source = { kind: 'webhook_disabled', webhookId: target.id, url: target.url, reason } as const
    // Switched off first, so that it does not get the event of its own end.
    return [
      this.#options.webhooks.disable(target.id, reason, at),
      ...this.#options.eventLog.statements(deviceId, planEvents({ account }, source)),
    ]
  }
}
