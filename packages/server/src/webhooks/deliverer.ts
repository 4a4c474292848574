import { type Clock, createAgeClock } from '../clock.ts'
import { AppError } from '../errors/app-error.ts'
import type { Appended, EventLog } from '../eventlog/event-log.ts'
import { planEvents } from '../events/plan-events.ts'
import type { DeliveryFacts, WebhookObserver } from '../observe/observer.ts'
import type { Database, Statement } from '../storage/database.ts'
import type { AttemptRow, DeliveryStore, PendingDelivery } from '../storage/delivery-store.ts'
import type { WebhookStore } from '../storage/webhook-store.ts'
import { type AttemptResult, attempt } from './attempt.ts'
import { attemptRequest } from './attempt-request.ts'
import type { Directory, Target } from './directory.ts'
import type { Lane } from './lane.ts'
import type { Outbound } from './outbound.ts'
import type { ResultWriter } from './result-writer.ts'
import { givesUpAfterMs, retryDelay } from './retry-schedule.ts'
import type { Turn } from './scheduler.ts'
import { type Verdict, verdictOf } from './verdict.ts'

export interface DelivererOptions {
  readonly database: Database
  readonly deliveries: DeliveryStore
  readonly webhooks: WebhookStore
  readonly directory: Directory
  readonly eventLog: EventLog
  readonly outbound: Outbound
  readonly results: ResultWriter
  readonly clock: Clock
  readonly userAgent: string
  readonly timeoutMs: number
  /** How often a refused event is tried, the first time included. */
  readonly retryLimit: number
  readonly log: { error(fields: object, message: string): void }
  readonly observer: WebhookObserver
}

interface Outcome {
  readonly turn: Turn
  /** The endpoint was called and is not in trouble. */
  readonly reached: boolean
}

const batchSize = 64
/** Events in memory, over all lanes, above which each lane reads one at a time. */
const mostBuffered = 4096
/** Results of one lane that may be on their way to the disk: so many events are told twice at worst after a crash. */
const mostUnsaved = 64
const databasePauseMs = 1000
const complainEveryMs = 10_000

const factsOf = ({ id, deviceId, url }: Target) => ({ device: deviceId, webhook: id, url })

const idle: Outcome = { turn: { kind: 'idle' }, reached: false }
const again: Outcome = { turn: { kind: 'again' }, reached: false }

/** Does a lane's turn: reads what waits, makes one attempt, stores what came of it. */
export class Deliverer {
  readonly #options: DelivererOptions
  readonly #age: () => number
  #ending = false
  #buffered = 0
  #complainedAt = -complainEveryMs

  constructor(options: DelivererOptions) {
    this.#options = options
    this.#age = createAgeClock(options.clock)
  }

  /** From now on attempts that end without an answer count as not made. */
  end(): void {
    this.#ending = true
  }

  /** Lets a lane know of what was appended for its device. Deliveries that come right upon what it knows cost no read. */
  take(lane: Lane, appended: Appended): void {
    const own = appended.deliveries.filter(({ webhookId }) => webhookId === lane.webhookId)
    const room = lane.batch.length + own.length <= batchSize && this.#buffered + own.length <= mostBuffered
    if (own.length > 0 && !room) lane.stale = true
    if (!lane.follows(appended)) return
    for (const { delivery } of own) lane.batch.push(delivery)
    this.#buffered += own.length
    lane.cursor = appended.lastSeq
  }

  async turn(lane: Lane): Promise<Outcome> {
    try {
      return await this.#turn(lane)
    } catch (error) {
      // A device that was removed meanwhile takes its webhooks along: the next turn finds none.
      if (!(error instanceof AppError && error.code === 'device_not_found')) this.#complain(error)
      this.#forget(lane)
      lane.rewind = true
      return { turn: { kind: 'wait', until: this.#options.clock.monotonic() + databasePauseMs }, reached: false }
    }
  }

  /** When the database fails, all lanes meet it at once; one line in a while says so. */
  #complain(error: unknown): void {
    const now = performance.now()
    if (now - this.#complainedAt < complainEveryMs) return
    this.#complainedAt = now
    this.#options.log.error({ err: error }, 'a webhook lane met a failure of the database; it will try again')
  }

  /** Drops what a lane has read. */
  #forget(lane: Lane, from = lane.cursor + 1): void {
    this.#buffered -= lane.unread(from)
  }

  async #turn(lane: Lane): Promise<Outcome> {
    const { wakes } = lane
    const target = (await this.#options.directory.of(lane.deviceId)).get(lane.webhookId)
    if (!target) {
      // It was removed or switched off, unless that changed again meanwhile.
      if (lane.wakes !== wakes) return again
      this.#buffered -= lane.clear()
      return idle
    }
    if (target.url !== lane.url) {
      // Its turn was counted for the old endpoint.
      lane.url = target.url
      return again
    }
    const now = this.#options.clock.monotonic()
    if (lane.notBefore > now) {
      this.#forget(lane)
      return { turn: { kind: 'wait', until: lane.notBefore }, reached: false }
    }
    if (lane.unsaved.size >= mostUnsaved) {
      this.#options.results.flush()
      await Promise.race(lane.unsaved)
    }
    if (lane.batch.length === 0 || lane.rewind) await this.#read(lane)
    const delivery = lane.batch[0]
    if (!delivery) return idle
    const until = this.#dueAt(lane, delivery)
    if (until > now && !lane.hurry) {
      this.#forget(lane, delivery.seq)
      return { turn: { kind: 'wait', until }, reached: false }
    }
    lane.hurry = false
    return this.#attempt(lane, target, delivery)
  }

  /** When a delivery may be tried, on the monotonic clock. What is stored is a time of day: a clock that was set since then must not move it. */
  #dueAt(lane: Lane, { eventId, attempts, nextAttemptAt, triedAt }: PendingDelivery): number {
    if (attempts === 0) return 0
    if (lane.retry?.eventId === eventId && lane.retry.nextAttemptAt === nextAttemptAt) return lane.retry.at
    const { clock } = this.#options
    const at = clock.monotonic() + nextAttemptAt - Math.max(clock.now(), triedAt)
    lane.retry = { eventId, nextAttemptAt, at }
    return at
  }

  async #read(lane: Lane): Promise<void> {
    if (lane.rewind) this.#forget(lane, 1)
    lane.rewind = false
    // What was delivered must be on disk first, else it would be found waiting and be told again.
    if (lane.cursor === 0) await Promise.allSettled(lane.unsaved)
    lane.stale = false
    const limit = this.#buffered > mostBuffered ? 1 : batchSize
    // What was durable before the read began is in it.
    const { announced } = lane
    lane.reading = true
    try {
      lane.batch = await this.#options.deliveries.pending(lane.webhookId, lane.cursor, limit)
    } finally {
      lane.reading = false
    }
    this.#buffered += lane.batch.length
    lane.cursor = lane.batch.at(-1)?.seq ?? lane.cursor
    if (lane.batch.length === limit) lane.stale = true
    else lane.cursor = Math.max(lane.cursor, announced)
  }

  async #attempt(lane: Lane, target: Target, delivery: PendingDelivery): Promise<Outcome> {
    const result = await attempt(
      this.#options.outbound,
      attemptRequest(target, delivery, { ...this.#options, now: this.#options.clock.now() }),
    )
    if (result.status === undefined && this.#ending) {
      this.#forget(lane, delivery.seq)
      return idle
    }
    const verdict = verdictOf(result.status)
    this.#options.observer.attempted(verdict, result.latencyMs / 1000)
    if (verdict === 'delivered') {
      this.#delivered(lane, target, delivery, result)
      if (lane.careful) await Promise.allSettled(lane.unsaved)
      return this.#next(lane)
    }
    return this.#failed(lane, target, delivery, result, verdict)
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
    }
  }

  /** Stores a success without holding up the lane. */
  #delivered(lane: Lane, target: Target, delivery: PendingDelivery, result: AttemptResult): void {
    const { deliveries, webhooks, results, observer } = this.#options
    const row = this.#row(target, delivery, result)
    const unit = deliveries.attempted(row, 'success', row.at)
    observer.delivered(Math.max(0, row.at - delivery.eventAt) / 1000)
    if (target.failingSince !== null) {
      observer.recovered(factsOf(target), row.at - target.failingSince)
      target.failingSince = null
      unit.push(webhooks.setFailingSince(target.id, null))
    }
    const saved: Promise<unknown> = results.save(unit).then(
      () => {
        lane.unsaved.delete(saved)
        lane.careful = false
      },
      (error) => {
        lane.unsaved.delete(saved)
        lane.rewind = true
        lane.careful = true
        lane.notBefore = this.#options.clock.monotonic() + databasePauseMs
        this.#complain(error)
      },
    )
    lane.unsaved.add(saved)
  }

  /** Takes the first of the batch off. */
  #next(lane: Lane): Outcome {
    if (lane.batch.shift()) this.#buffered--
    return { turn: { kind: lane.hasWork ? 'again' : 'idle' }, reached: true }
  }

  async #failed(
    lane: Lane,
    target: Target,
    delivery: PendingDelivery,
    result: AttemptResult,
    verdict: Exclude<Verdict, 'delivered'>,
  ): Promise<Outcome> {
    const row = this.#row(target, delivery, result)
    const dead = verdict === 'refused' && (await this.#isRefusedForGood(row))
    const failedAt = this.#options.clock.monotonic()
    const delayMs = retryDelay(row.attempt, result.retryAfterMs)
    const nextAttemptAt = row.at + delayMs
    const failingSince = target.failingSince ?? row.at
    const givesUp = verdict === 'gone' ? 'gone' : this.#age() - failingSince >= givesUpAfterMs ? 'failing' : undefined
    const unit: Statement[] = [...this.#options.deliveries.attempted(row, dead ? 'dead' : 'pending', nextAttemptAt)]
    if (target.failingSince === null) unit.push(this.#options.webhooks.setFailingSince(target.id, failingSince))
    if (givesUp) unit.push(...this.#disable(target, givesUp, row.at))
    await this.#options.database.commit(unit, { lane: `webhook:${target.id}` })
    this.#reportFailure(target, delivery, row, { dead, givesUp })
    target.failingSince = failingSince
    if (givesUp) this.#options.directory.forget(target.deviceId)
    if (dead) return this.#next(lane)
    this.#forget(lane, delivery.seq)
    const until = failedAt + delayMs
    lane.retry = { eventId: delivery.eventId, nextAttemptAt, at: until }
    if (verdict === 'trouble') {
      return { turn: { kind: 'trouble', at: failedAt, until, holdMs: result.retryAfterMs ?? 0 }, reached: false }
    }
    return { turn: { kind: 'wait', until }, reached: true }
  }

  #reportFailure(
    target: Target,
    delivery: PendingDelivery,
    row: AttemptRow,
    { dead, givesUp }: { dead: boolean; givesUp: 'gone' | 'failing' | undefined },
  ): void {
    const { observer } = this.#options
    const facts: DeliveryFacts = {
      ...factsOf(target),
      event: delivery.eventId,
      type: delivery.type,
      status: row.status,
      error: row.error,
    }
    if (target.failingSince === null) observer.failing(facts)
    if (dead) observer.deadLetter({ ...facts, attempts: row.attempt })
    if (givesUp) observer.disabled(facts, givesUp)
  }

  async #isRefusedForGood(row: AttemptRow): Promise<boolean> {
    const { deliveries, retryLimit } = this.#options
    if (row.attempt < retryLimit) return false
    return 1 + (await deliveries.refusals(row.webhookId, row.eventId, row.attempt - 1)) >= retryLimit
  }

  #disable(target: Target, reason: 'gone' | 'failing', at: number): Statement[] {
    const account = undefined
    const source = { kind: 'webhook_disabled', webhookId: target.id, url: target.url, reason } as const
    // Switched off first, so that it is not told of its own end.
    return [
      this.#options.webhooks.disable(target.id, reason, at),
      ...this.#options.eventLog.statements(target.deviceId, planEvents({ account }, source)),
    ]
  }
}
