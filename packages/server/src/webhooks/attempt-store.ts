import { type Clock, createAgeClock } from '../clock.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import { planEvents } from '../events/plan-events.ts'
import type { DeliveryFacts, WebhookObserver } from '../observe/observer.ts'
import type { Database, Statement } from '../storage/database.ts'
import { type AttemptReport, packAttempt, unpackHistory } from '../storage/delivery-attempts.ts'
import type { LogEntry } from '../storage/delivery-log.ts'
import type { DeliveryStore, PendingDelivery } from '../storage/delivery-store.ts'
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
  readonly seq: number
  readonly attempts: number
}

/** A success, to be stored. */
export interface Success {
  readonly entry: LogEntry
  /** What else it changes. */
  readonly statements: Statement[]
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

  #report(delivery: PendingDelivery, result: AttemptResult): AttemptReport {
    const { error, latencyMs } = result
    // What an endpoint answers may repeat what it was sent.
    const response = this.#options.database.content.isOn ? null : result.response
    const at = this.#options.clock.now()
    return { attempt: delivery.attempts + 1, status: result.status ?? null, error, response, latencyMs, at }
  }

  /** What is to be stored of a success. */
  delivered(target: Target, delivery: PendingDelivery, result: AttemptResult): Success {
    const { observer, deliveries } = this.#options
    const report = this.#report(delivery, result)
    const { deviceId, seq, eventAt } = delivery
    const { attempt, at, status, latencyMs, response } = report
    const statements: Statement[] = []
    if (delivery.triedAt > 0) statements.push(deliveries.succeeded({ webhookId: target.id, deviceId }, delivery))
    observer.delivered({ webhook: target.id, apiKeyId: target.apiKeyId }, Math.max(0, at - eventAt) / 1000)
    if (target.failingSince !== null) {
      observer.recovered(factsOf(target, delivery), at - target.failingSince)
      target.failingSince = null
      statements.push(this.#options.webhooks.setFailingSince(target.id, null))
    }
    const history = unpackHistory(delivery.history)
    // A first attempt that succeeds is fully described by the rest.
    if (attempt > 1) history.push(packAttempt(report))
    return {
      entry: { deviceId, seq, at, eventAt, status, latencyMs, response, attempts: attempt, history },
      statements,
    }
  }

  /** Makes dead letters of events that have used up their attempts at an endpoint that works. */
  async giveUp(suspects: readonly FailedDelivery[]): Promise<void> {
    const { database, deliveries, clock, observer } = this.#options
    const at = clock.now()
    const unit = suspects.map(({ webhook, device, seq, attempts }) =>
      deliveries.giveUp({ webhookId: webhook, deviceId: device }, seq, attempts, at),
    )
    await database.commit(unit)
    for (const { seq, ...facts } of suspects) observer.deadLetter(facts)
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
    const report = this.#report(delivery, result)
    const { isSuspect, dead } = this.#blame(delivery, report, result, verdict)
    const nextAttemptAt = report.at + delayMs
    const failingSince = target.failingSince ?? report.at
    const off = verdict === 'gone' ? 'gone' : this.#age() - failingSince >= givesUpAfterMs ? 'failing' : undefined
    const lane = { webhookId: target.id, deviceId: delivery.deviceId }
    const unit = [deliveries.failed(lane, delivery, report, dead ? 'dead' : 'retry', nextAttemptAt)]
    if (target.failingSince === null) unit.push(webhooks.setFailingSince(target.id, failingSince))
    if (off) unit.push(...this.#disable(target, delivery.deviceId, off, report.at))
    await database.commit(unit, { lane: `webhook:${target.id}` })
    const { eventId: event, seq, type } = delivery
    const { attempt: attempts, status, error } = report
    const failed = { ...factsOf(target, delivery), event, type, status, error, attempts }
    if (target.failingSince === null) observer.failing(failed)
    if (dead) observer.deadLetter(failed)
    if (off) observer.disabled(failed, off)
    target.failingSince = failingSince
    if (off) directory.forget(target.scope)
    return { end: off ? 'off' : dead ? 'dead' : undefined, isSuspect, delivery: { ...failed, seq }, nextAttemptAt }
  }

  /** An event is a dead letter once it was refused so often, and may be one once it was tried so often. What the endpoint says of itself (that it is busy,
   *  when it can be asked again) and what never arrived there is no event's doing. */
  #blame(
    { history }: PendingDelivery,
    { attempt, status }: AttemptReport,
    result: AttemptResult,
    verdict: Verdict,
  ): { isSuspect: boolean; dead: boolean } {
    const { retryLimit } = this.#options
    const own = verdict === 'trouble' && result.sent && !isBusy(status) && result.retryAfterMs === undefined
    if (attempt < retryLimit || !(own || verdict === 'refused')) return { isSuspect: false, dead: false }
    // Those since it was put up last.
    const before = attempt > 1 ? unpackHistory(history).slice(1 - attempt) : []
    const exempt = before.filter(([, answer]) => (own ? isBusy(answer) : verdictOf(answer ?? undefined) !== 'refused'))
    const enough = attempt - exempt.length >= retryLimit
    return { isSuspect: own && enough, dead: !own && enough }
  }

  /** The event of its end is one of the device with the delivery that failed. */
  #disable(target: Target, deviceId: string, reason: 'gone' | 'failing', at: number): Statement[] {
    const account = undefined
    const source = { kind: 'webhook_disabled', webhookId: target.id, url: target.url, reason } as const
    // Switched off first, so that it does not get the event of its own end.
    return [
      ...this.#options.webhooks.disable(target.id, reason, at),
      ...this.#options.eventLog.statements(deviceId, planEvents({ account }, source)),
    ]
  }
}
