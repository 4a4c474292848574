import type { Session } from '@switchboard/engine'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors/app-error.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import type { SendObserver } from '../observe/observer.ts'
import type { Addresses } from '../people/addresses.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database, Statement } from '../storage/database.ts'
import type { Intent, IntentStore } from '../storage/intent-store.ts'
import type { MessageStore } from '../storage/message-store.ts'
import { mayPass } from '../storage/storage-error.ts'
import type { Pacing, PacingOverrides } from './pacing.ts'
import { databasePauseMs, SendEnds } from './send-ends.ts'
import { classifySendFailure } from './send-failure.ts'
import { sessionIfOpen } from './session-if-open.ts'
import type { Waiters } from './waiters.ts'

/** A prepared send may be written again under its id for so long; after that nobody can say whether it arrived. */
const resendWindowMs = 5 * 60_000
/** A queued send that found no connection for so long is given up. */
const queuedWindowMs = 24 * 60 * 60_000
/** Attempts of one process that ended with "nothing left" while the device was connected. */
const maxAttempts = 10
const retryBaseMs = 2_000
const retryMaxMs = 60_000
const overduePerSweep = 200
/** Sends of one device that may be on their way to the socket at once. */
const sendWindow = 32

/** Thrown out of a unit: the send was cancelled, or somebody else took it. */
class NoLongerQueued extends Error {}

export interface SendQueueParts {
  readonly database: Database
  readonly sessions: Sessions
  readonly eventLog: EventLog
  readonly addresses: Addresses
  readonly messages: MessageStore
  readonly intents: IntentStore
  readonly pacing: Pacing
  readonly waiters: Waiters
  readonly clock: Clock
  readonly logger: Logger
  readonly observer: SendObserver
}

/** Takes durable intents to their end: paced, written in the order of the device's lane, acknowledged, settled. */
export class SendQueue {
  readonly #parts: SendQueueParts
  readonly #ends: SendEnds
  /** Sends that this process works on, with the session that carries them once written. */
  readonly #active = new Map<string, Session | undefined>()
  readonly #attempts = new Map<string, number>()
  /** Sends of a device that were handed to its session and are not written yet. */
  readonly #inFlight = new Map<string, number>()
  readonly #timers = new Set<NodeJS.Timeout>()
  /** Devices whose unfinished sends are looked for again once the database answers. */
  readonly #resuming = new Set<string>()
  #stopped = false

  constructor(parts: SendQueueParts) {
    this.#parts = parts
    this.#ends = new SendEnds(parts, (intent) => {
      this.#active.delete(nameOf(intent))
      this.#attempts.delete(nameOf(intent))
    })
  }

  /** Sends an intent that is durable. One that is worked on already is left alone. `fresh`: it was never handed to a session. */
  enqueue(intent: Intent, options: { fresh: boolean } = { fresh: false }): void {
    const name = nameOf(intent)
    if (this.#stopped || this.#active.has(name)) return
    this.#active.set(name, undefined)
    this.#parts.sessions
      .lane(intent.device_id)
      .run(() => this.#transmit(intent, options.fresh))
      .catch((error) => {
        this.#active.delete(name)
        this.#parts.logger.error({ device: intent.device_id, err: error }, 'a send step failed')
      })
  }

  /** The device is connected: goes on with what is unfinished, as soon as the database answers. */
  async resume(deviceId: string): Promise<void> {
    try {
      const now = this.#parts.clock.now()
      for (const intent of await this.#parts.intents.ofDevice(deviceId)) {
        if (this.#active.has(nameOf(intent))) continue
        if (isOverdue(intent, now)) await this.#ends.givenUp(intent)
        else this.enqueue(intent)
      }
    } catch (error) {
      if (!mayPass(error)) throw error
      this.#resumeLater(deviceId)
    }
  }

  /** Something of the device could not be read or stored: its connection may stay open, so that nothing else would go on with its sends. */
  #resumeLater(deviceId: string): void {
    if (this.#resuming.has(deviceId)) return
    this.#resuming.add(deviceId)
    this.#later(databasePauseMs, () => {
      this.#resuming.delete(deviceId)
      return this.resume(deviceId)
    })
  }

  /** The link is gone: what is queued failed, what may have left stays unknown. */
  async loggedOut(deviceId: string): Promise<void> {
    for (const intent of await this.#parts.intents.ofDevice(deviceId)) {
      if (intent.state === 'queued') await this.#ends.failed(intent, 'logged_out')
      else await this.#ends.givenUp(intent)
    }
  }

  /** Ends sends of loaded devices that waited too long. */
  async sweep(): Promise<void> {
    const { clock, intents, sessions } = this.#parts
    const now = clock.now()
    const overdue = await intents.overdue(now - queuedWindowMs, now - resendWindowMs, overduePerSweep)
    for (const intent of overdue) {
      const ours = sessions.fence(intent.device_id).length > 0
      if (ours && !this.#active.has(nameOf(intent))) await this.#ends.givenUp(intent)
    }
  }

  stop(): void {
    this.#stopped = true
    this.#ends.stop()
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  async #transmit(intent: Intent, fresh: boolean): Promise<void> {
    const name = nameOf(intent)
    const overrides = JSON.parse(intent.options) as PacingOverrides
    try {
      const session = await this.#prepare(intent, overrides)
      if (!session) {
        // Stored as prepared to save a step, and the connection went away before its turn: certainly nothing left.
        if (fresh && intent.state === 'prepared') await this.#tryAgain(intent)
        this.#active.delete(name)
        return
      }
      this.#active.set(name, session)
      const written = this.#write(intent, session, overrides)
      const inFlight = (this.#inFlight.get(intent.device_id) ?? 0) + 1
      this.#inFlight.set(intent.device_id, inFlight)
      const settled = written.finally(() => this.#landed(intent.device_id))
      // Sends without pacing go to the session one after the other, which writes them in that order and makes several durable at once.
      if (!this.#parts.pacing.isInstant(overrides) || inFlight >= sendWindow) await settled
    } catch (error) {
      await this.#failed(intent, error)
    }
  }

  /** Hands a message to its session. Resolves when the stanza is written or will not be; never rejects. */
  async #write(intent: Intent, session: Session, overrides: PacingOverrides): Promise<void> {
    try {
      const message = { id: intent.message_id, chat: intent.chat, message: intent.body }
      const stanza = await session.use('messaging').send(message)
      const writtenAt = this.#parts.clock.monotonic()
      this.#parts.pacing.after(session, intent.chat, overrides)
      // The answer comes when it comes; the lane does not wait for it.
      stanza.ack.then(
        (ack) => {
          this.#parts.observer.acknowledged((this.#parts.clock.monotonic() - writtenAt) / 1000)
          return this.#ends.acknowledged(intent, ack)
        },
        (error) => this.#failed(intent, error),
      )
    } catch (error) {
      await this.#failed(intent, error)
    }
  }

  #landed(deviceId: string): void {
    const left = (this.#inFlight.get(deviceId) ?? 1) - 1
    if (left > 0) this.#inFlight.set(deviceId, left)
    else this.#inFlight.delete(deviceId)
  }

  /** Pacing, then the last durable step before the message may leave. @returns undefined when it must not leave now */
  async #prepare(intent: Intent, overrides: PacingOverrides): Promise<Session | undefined> {
    const { sessions, pacing, intents, messages, clock } = this.#parts
    const { device_id: deviceId, message_id: messageId } = intent
    const session = this.#openSession(deviceId)
    if (!session || intent.state === 'prepared') return session
    try {
      await pacing.before(deviceId, session, intent.chat, overrides)
      if (this.#stopped || !this.#openSession(deviceId)) return undefined
      const at = clock.now()
      await this.#commit(deviceId, [
        ...sessions.fence(deviceId),
        intents.prepare(deviceId, messageId, at, () => new NoLongerQueued()),
        messages.advance({ deviceId, messageId, state: 'sending', actor: '', reason: null, at })[0]!,
      ])
    } catch (error) {
      pacing.after(session, intent.chat, overrides)
      if (error instanceof NoLongerQueued || this.#stopped) return undefined
      throw error
    }
    return this.#openSession(deviceId) ?? session
  }

  #openSession(deviceId: string): Session | undefined {
    return sessionIfOpen(this.#parts.sessions, deviceId)
  }

  async #failed(intent: Intent, error: unknown): Promise<void> {
    const failure = classifySendFailure(error)
    const { logger } = this.#parts
    logger.info(
      { device: intent.device_id, message: intent.message_id, outcome: failure.kind, err: error },
      'a send did not succeed',
    )
    if (failure.kind === 'failed') return this.#ends.failed(intent, failure.reason)
    if (failure.kind === 'try_again') return this.#tryAgain(intent)
    const name = nameOf(intent)
    const carrier = this.#active.get(name)
    this.#active.delete(name)
    if (mayPass(error)) return this.#resumeLater(intent.device_id)
    // The connection that carried it is gone and another one is there already: its opening has passed, so ask again now.
    const open = this.#openSession(intent.device_id)
    if (failure.kind === 'unknown' && open && carrier && open !== carrier) await this.resume(intent.device_id)
  }

  async #tryAgain(intent: Intent): Promise<void> {
    const { clock, intents, messages, sessions, logger } = this.#parts
    const { device_id: deviceId, message_id: messageId } = intent
    const name = nameOf(intent)
    const connected = this.#openSession(deviceId) !== undefined
    const attempts = (this.#attempts.get(name) ?? 0) + (connected ? 1 : 0)
    if (attempts >= maxAttempts) return this.#ends.failed(intent, 'not_sent')
    this.#attempts.set(name, attempts)
    const now = clock.now()
    const waitMs = Math.min(retryMaxMs, retryBaseMs * 2 ** Math.max(0, attempts - 1))
    try {
      await this.#commit(deviceId, [
        ...sessions.fence(deviceId),
        intents.requeue(deviceId, messageId, now + waitMs),
        messages.advance({ deviceId, messageId, state: 'queued', actor: '', reason: null, at: now })[0]!,
      ])
    } catch (error) {
      logger.error({ device: deviceId, err: error }, 'a send could not be put back')
      if (mayPass(error)) this.#resumeLater(deviceId)
    } finally {
      this.#active.delete(name)
    }
    if (connected) this.#later(waitMs, () => this.resume(deviceId))
  }

  async #commit(deviceId: string, unit: readonly Statement[]): Promise<void> {
    await this.#parts.database.commit(unit, { lane: deviceId })
  }

  #later(ms: number, task: () => Promise<void>): void {
    if (this.#stopped) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      task().catch((error) => this.#parts.logger.error({ err: error }, 'a send could not be taken up again'))
    }, ms).unref()
    this.#timers.add(timer)
  }
}

const nameOf = (intent: Intent): string => `${intent.device_id} ${intent.message_id}`

const isOverdue = (intent: Intent, now: number): boolean =>
  intent.state === 'queued'
    ? now - Number(intent.created_at) > queuedWindowMs
    : now - Number(intent.prepared_at) > resendWindowMs

/** The send was not queued any more. */
export const notCancellable = (): AppError => new AppError('message_not_cancellable')
