import type { Logger } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import type { OwnDevices } from '../cluster/own-devices.ts'
import { AppError } from '../errors/app-error.ts'
import type { WebhookObserver } from '../observe/observer.ts'
import type { Database } from '../storage/database.ts'
import type { DeliveryStore, PendingDelivery } from '../storage/delivery-store.ts'
import { type AttemptRequest, type AttemptResult, attempt } from './attempt.ts'
import { attemptRequest } from './attempt-request.ts'
import type { AttemptStore, FailedDelivery } from './attempt-store.ts'
import { Deadlines } from './deadlines.ts'
import type { Target, WebhookDirectory } from './directory.ts'
import { type Former, hasFormat } from './formed-request.ts'
import type { Lane } from './lane.ts'
import type { LaneReader } from './lane-reader.ts'
import type { Outbound } from './outbound.ts'
import { type Pause, pauseAfter, planPause } from './pause.ts'
import type { ProgressWriter } from './progress-writer.ts'
import { retryDelay } from './retry-schedule.ts'
import type { Outcome } from './scheduler.ts'
import { verdictOf } from './verdict.ts'

export interface DelivererOptions {
  readonly database: Database
  readonly own: Pick<OwnDevices, 'keeps'>
  readonly deliveries: DeliveryStore
  readonly directory: WebhookDirectory
  readonly outbound: Outbound
  readonly progress: ProgressWriter
  readonly reader: LaneReader
  readonly attempts: AttemptStore
  readonly former: Former
  readonly clock: Clock
  readonly userAgent: string
  readonly timeoutMs: number
  /** How often an event is tried, the first time included, before it alone may be to blame. */
  readonly retryLimit: number
  readonly log: Pick<Logger, 'error'>
  readonly observer: WebhookObserver
}

/** What became of a delivery out of turn. */
export type AsideOutcome = 'delivered' | 'failed' | 'not_made'

/** Results of one lane that wait to be written: at worst about so many events are delivered twice after a crash. */
const mostUnsaved = 64
/** Events in a row that may be to blame together: so many requests at most go to an endpoint that does not work when one is due. */
const mostSuspects = 8
/** For this part of the time-out the failure of an event says that the endpoint did not work just before the next one was delivered. */
const freshPart = 1 / 6
const databasePauseMs = 1000
const complainEveryMs = 10_000

const idle: Outcome = { turn: { kind: 'idle' }, called: 'nobody' }
const again: Outcome = { turn: { kind: 'again' }, called: 'nobody' }

const stop = (until: number): Outcome => ({ turn: { kind: 'stop', until }, called: 'nobody' })

/** Does a lane's turn: reads what waits, makes an attempt, stores what came of it. */
export class Deliverer {
  readonly #options: DelivererOptions
  readonly #reader: LaneReader
  readonly #deadlines: Deadlines
  #ending = false
  #complainedAt = -complainEveryMs

  constructor(options: DelivererOptions) {
    this.#options = options
    this.#reader = options.reader
    this.#deadlines = new Deadlines(options.timeoutMs)
  }

  /** From now on attempts that end without an answer count as not made. */
  end(): void {
    this.#ending = true
  }

  async turn(lane: Lane): Promise<Outcome> {
    try {
      return await this.#turn(lane)
    } catch (error) {
      this.complain(error)
      this.#reader.forget(lane)
      lane.rewind = true
      return stop(this.#options.clock.monotonic() + databasePauseMs)
    }
  }

  /** Delivers one event at once, whatever waits before it. It stays in its place of the lane when that fails. Never rejects. */
  async aside(lane: Lane, eventId: string): Promise<AsideOutcome> {
    try {
      const target = await this.#target(lane)
      const found = target && (await this.#options.deliveries.single(lane, eventId))
      const result = found && this.#wants(target, found.delivery) && (await this.#call(target, found.delivery))
      if (!result) return 'not_made'
      const { attempts, database, deliveries, progress } = this.#options
      const { delivery, origins } = found
      if (verdictOf(result.status) === 'delivered') {
        const { entry, statements } = attempts.delivered(target, delivery, result)
        const ended = [...deliveries.advance(lane, origins, delivery.seq), deliveries.removeEnded(lane)]
        await database.commit([...ended, ...statements])
        progress.delivered(lane, entry, [])
        return 'delivered'
      }
      await attempts.failed(target, delivery, result, retryDelay(delivery.attempts + 1, result.retryAfterMs))
      return 'failed'
    } catch (error) {
      this.complain(error)
      return 'not_made'
    }
  }

  /** When the database fails, all lanes meet it at once; one line in a while says so. */
  complain(error: unknown): void {
    // When the device has been removed in between, its webhooks are gone too: the next turn finds none.
    if (error instanceof AppError && error.code === 'device_not_found') return
    const now = performance.now()
    if (now - this.#complainedAt < complainEveryMs) return
    this.#complainedAt = now
    this.#options.log.error({ err: error }, 'the database failed during a webhook delivery; it is tried again')
  }

  async #target(lane: Lane): Promise<Target | undefined> {
    return (await this.#options.directory.of(lane.deviceId)).get(lane.webhookId)
  }

  async #turn(lane: Lane): Promise<Outcome> {
    const { wakes } = lane
    // Another node delivers it.
    if (!this.#options.own.keeps(lane.deviceId)) {
      this.#reader.clear(lane)
      return idle
    }
    const target = await this.#target(lane)
    if (!target) {
      // It was removed or switched off, unless that has changed again since.
      if (lane.wakes !== wakes) return again
      this.#reader.clear(lane)
      return idle
    }
    if (target.url !== lane.url) {
      // Its turn was counted for the old endpoint.
      lane.url = target.url
      return again
    }
    const now = this.#options.clock.monotonic()
    if ((lane.careful || lane.unsaved >= mostUnsaved) && !(await this.#options.progress.flush())) {
      return stop(now + databasePauseMs)
    }
    if (lane.batch.length === 0 || lane.rewind) {
      await this.#reader.read(lane)
      // What is found now may have happened after a change of the webhook: its new secret or address counts for it.
      if ((await this.#target(lane)) !== target) return again
    }
    const first = this.#wanted(lane, target, 0)
    if (!first) {
      if (lane.wakes === wakes) lane.hurry = false
      return idle
    }
    const until = this.#dueAt(lane, first)
    if (until > now && !lane.isUrgent) return this.#rest(lane, first, until)
    return this.#round(lane, target, first)
  }

  /** Waits until the first delivery is due. What is known of its failure may be what a process before this one has stored. */
  #rest(lane: Lane, first: PendingDelivery, until: number): Outcome {
    const planned = retryDelay(first.attempts)
    const asked = first.nextAttemptAt - first.triedAt > planned
    if (lane.alone === undefined) {
      lane.alone = !asked && first.attempts >= this.#options.retryLimit
      // It may also be what that process had no time to try.
      lane.joined ||= lane.batch.some(({ attempts }) => attempts === 0)
    }
    this.#reader.forget(lane)
    const troubled = verdictOf(first.lastStatus ?? undefined) === 'trouble'
    return { turn: { kind: 'wait', until, troubled, asked }, called: 'nobody' }
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

  /** Makes an attempt. Undefined: the process ends, or another node has the device, and it counts as not made. */
  async #call(target: Target, delivery: PendingDelivery): Promise<AttemptResult | undefined> {
    if (!this.#options.own.keeps(delivery.deviceId)) return undefined
    const now = this.#options.clock.now()
    const { former, outbound, userAgent } = this.#options
    const send = (request: AttemptRequest) => attempt(outbound, this.#deadlines, request)
    const result = hasFormat(target)
      ? await former.send(target, delivery, now, send)
      : await send(attemptRequest(target, delivery, { userAgent, now }))
    if (result.status === undefined && this.#ending) return undefined
    const owner = { webhook: target.id, apiKeyId: target.apiKeyId }
    this.#options.observer.attempted(owner, verdictOf(result.status), result.latencyMs / 1000)
    return result
  }

  /** Tries the first delivery. One that has used up its attempts may itself be the reason why it fails, so that the next one is tried right after it. When
   *  that is delivered, the endpoint works, and what failed before it becomes a dead letter. When it fails too, the endpoint does not work, and order is
   *  kept. */
  async #round(lane: Lane, target: Target, first: PendingDelivery): Promise<Outcome> {
    const { early, proven } = lane.begin(first, this.#options.clock.monotonic())
    const begunAt = performance.now()
    const suspects: FailedDelivery[] = []
    let pause: Pause | undefined
    for (;;) {
      if (lane.batch.length <= suspects.length && lane.stale && !lane.rewind) await this.#reader.readOn(lane)
      const delivery = this.#wanted(lane, target, suspects.length)
      if (!delivery) {
        lane.alone = true
        lane.joined = false
        break
      }
      const result = await this.#call(target, delivery)
      if (!result) {
        this.#reader.forget(lane)
        return idle
      }
      if (verdictOf(result.status) === 'delivered') {
        const isFresh = performance.now() - begunAt < this.#options.timeoutMs * freshPart
        if (suspects.length > 0 && !isFresh) return this.#tryAgain(lane, target, delivery, result)
        return this.#delivered(lane, target, suspects, delivery, result)
      }
      lane.delivered = false
      // From when it failed, not from when that is stored.
      const at = this.#options.clock.monotonic()
      pause = pauseAfter(result, at, pause ?? planPause(lane.countOf(first), at, early))
      const failure = await this.#options.attempts.failed(target, delivery, result, pause.ms)
      if (delivery === first) pause.nextAttemptAt = failure.nextAttemptAt
      if (failure.end === 'off') return { turn: { kind: 'again' }, called: pause.troubled ? 'failed' : 'answered' }
      if (failure.end === 'dead') {
        this.#pass(lane, suspects.length, 1)
        if (suspects.length === 0) return this.#next(lane, 'answered')
        continue
      }
      if (!failure.isSuspect) break
      suspects.push(failure.delivery)
      if (proven) {
        await this.#options.attempts.giveUp(suspects)
        this.#pass(lane, 0, suspects.length)
        lane.delivered = true
        return this.#next(lane, 'answered')
      }
      if (suspects.length === mostSuspects || (await this.#target(lane)) !== target) break
    }
    this.#reader.forget(lane)
    return this.#paused(lane, first, pause!)
  }

  #wants(target: Target, delivery: PendingDelivery): boolean {
    return target.format === undefined || this.#options.former.wants(target, delivery)
  }

  /** The delivery at a place of the batch of a lane. Those that mean nothing in the form of the webhook are passed over. */
  #wanted(lane: Lane, target: Target, place: number): PendingDelivery | undefined {
    for (;;) {
      const delivery = lane.batch[place]
      if (!delivery || this.#wants(target, delivery)) return delivery
      this.#pass(lane, place, 1)
    }
  }

  #paused(lane: Lane, first: PendingDelivery, { at, ms, kept, troubled, holdMs, nextAttemptAt }: Pause): Outcome {
    const until = kept ?? at + ms
    lane.retry = { eventId: first.eventId, nextAttemptAt, at: until }
    if (!troubled) return { turn: { kind: 'wait', until }, called: 'answered' }
    return { turn: { kind: 'trouble', at, until, holdMs }, called: 'failed' }
  }

  async #delivered(
    lane: Lane,
    target: Target,
    suspects: readonly FailedDelivery[],
    delivery: PendingDelivery,
    result: AttemptResult,
  ): Promise<Outcome> {
    const { attempts, progress } = this.#options
    const { entry, statements } = attempts.delivered(target, delivery, result)
    lane.delivered = true
    if (suspects.length > 0) await attempts.giveUp(suspects)
    this.#reader.drop(lane, 0, suspects.length + 1)
    progress.delivered(lane, entry, statements)
    return this.#next(lane, 'delivered')
  }

  /** Takes dead letters out of the batch of a lane: what the database says of them keeps them from being read again. */
  #pass(lane: Lane, place: number, count: number): void {
    this.#reader.drop(lane, place, count)
    this.#options.progress.touch(lane)
  }

  /** An event was delivered so long after those before it failed that the endpoint may have come back in between: they are tried once more. */
  async #tryAgain(lane: Lane, target: Target, delivery: PendingDelivery, result: AttemptResult): Promise<Outcome> {
    const { attempts, database, deliveries, progress } = this.#options
    const { entry, statements } = attempts.delivered(target, delivery, result)
    // Whatever was stored of its attempts becomes this note.
    const noted = statements.slice(delivery.triedAt > 0 ? 1 : 0)
    await database.commit([deliveries.ahead(lane, delivery, entry.at), ...noted])
    progress.delivered(lane, entry, [])
    lane.delivered = true
    lane.proven = true
    lane.rewind = true
    return { turn: { kind: 'again' }, called: 'delivered' }
  }

  #next(lane: Lane, called: Outcome['called']): Outcome {
    return { turn: { kind: lane.hasWork ? 'again' : 'idle' }, called }
  }
}
