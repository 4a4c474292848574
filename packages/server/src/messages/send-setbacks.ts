import type { Session } from '@switchboard/engine'
import type { Decision } from '../limits/governor.ts'
import type { Intent } from '../storage/intent-store.ts'
import { mayPass } from '../storage/storage-error.ts'
import type { DeviceOutbox } from './device-outbox.ts'
import { nameOf, type OutboxParts } from './outbox-parts.ts'
import type { SendEnds } from './send-ends.ts'
import { classifySendFailure } from './send-failure.ts'
import { sessionIfOpen } from './session-if-open.ts'

/** Attempts of one process that ended with "nothing left" while the device was connected. */
const maxAttempts = 10
const retryBaseMs = 2_000
const retryMaxMs = 60_000

/** Thrown out of a unit: the send has ended. */
class Gone extends Error {}

interface SetbackParts extends Omit<OutboxParts, 'pacing' | 'files' | 'engine'> {
  readonly ends: SendEnds
  /** Sends that are worked on, with the session that carries them once written. */
  readonly active: Map<string, Session | undefined>
  readonly outboxOf: (deviceId: string) => DeviceOutbox
  /** Reads again what waits in the database, in its order, if the device is connected. */
  readonly readOn: (deviceId: string) => void
  readonly readLater: (deviceId: string, ms: number) => void
  readonly readWhenDatabaseAnswers: (deviceId: string) => void
}

/** What becomes of a send that did not leave when it had its turn: it fails, is tried again, or waits in the database in its place. */
export class SendSetbacks {
  readonly #parts: SetbackParts
  readonly #attempts = new Map<string, number>()
  #stopped = false

  constructor(parts: SetbackParts) {
    this.#parts = parts
  }

  /** It has ended. */
  forget(intent: Intent): void {
    this.#attempts.delete(nameOf(intent))
  }

  stop(): void {
    this.#stopped = true
  }

  /** It does not leave now. Whatever came behind it in its line steps aside too, also when the device is connected again by then, and all are read again
   *  in their order. */
  async stepAside(intent: Intent, fresh: boolean, line?: AbortSignal): Promise<void> {
    const { active, outboxOf, readOn } = this.#parts
    const { device_id: deviceId } = intent
    outboxOf(deviceId).behind = true
    if (line && !line.aborted) outboxOf(deviceId).cut()
    try {
      // It was stored as prepared to save a step, and certainly did not leave.
      if (fresh && intent.state === 'prepared' && !this.#stopped) await this.#putBack(intent, 0)
    } finally {
      active.delete(nameOf(intent))
    }
    readOn(deviceId)
  }

  /** An attempt failed. Never rejects. */
  async failed(intent: Intent, error: unknown): Promise<void> {
    const { logger, active, ends, outboxOf, readOn, readWhenDatabaseAnswers } = this.#parts
    const failure = classifySendFailure(error)
    const { device_id: deviceId } = intent
    logger.info({ device: deviceId, message: intent.message_id, outcome: failure.kind, err: error }, 'a send failed')
    if (failure.kind === 'failed') {
      if (failure.reason === 'not_on_whatsapp') await this.#forgetNumber(intent)
      const hold = await this.#missed(intent, failure.reason)
      return hold ? this.#holdRefused(intent, hold) : ends.failed(intent, failure.reason)
    }
    const name = nameOf(intent)
    const carrier = active.get(name)
    const open = sessionIfOpen(this.#parts.sessions, deviceId)
    const connectionLost = open === undefined || (carrier !== undefined && carrier !== open)
    if (failure.kind === 'try_again') return this.#tryAgain(intent, connectionLost)
    active.delete(name)
    if (mayPass(error)) return readWhenDatabaseAnswers(deviceId)
    if (failure.kind === 'not_ours' || !connectionLost) return
    // It goes again under its id, before everything that came after it.
    outboxOf(deviceId).cut()
    readOn(deviceId)
  }

  /** That it cannot be forgotten now changes nothing: the next failure forgets it. */
  async #forgetNumber({ device_id: deviceId, chat }: Intent): Promise<void> {
    await this.#parts.numbers.forget(deviceId, chat).catch((error) => {
      this.#parts.logger.error({ device: deviceId, err: error }, 'a number could not be forgotten')
    })
  }

  /** It did not arrive. That this cannot be noted now changes little. @returns what it waits for, when it need not fail */
  async #missed(intent: Intent, reason: string): Promise<Decision | undefined> {
    try {
      return await this.#parts.governor.missed(intent, reason)
    } catch (error) {
      this.#parts.logger.error({ device: intent.device_id, err: error }, 'a refused send could not be looked at')
      return undefined
    }
  }

  /** WhatsApp does not take it now: it waits until WhatsApp does. */
  async #holdRefused(intent: Intent, hold: Decision): Promise<void> {
    const { database, clock, messages, sessions, governor, waiters, active, logger } = this.#parts
    const { device_id: deviceId, message_id: messageId } = intent
    const step = { deviceId, messageId, state: 'scheduled', reason: hold.reason, at: clock.now() }
    this.forget(intent)
    try {
      const gone = () => new Gone()
      const held = governor.held.holdRefused(intent, hold, gone)
      await database.commit([...sessions.fence(deviceId), ...held, messages.advance(step)], { lane: deviceId })
      active.delete(nameOf(intent))
      await governor.nowHeld(deviceId, hold)
      waiters.settle(deviceId, messageId, { state: 'scheduled', at: step.at, waits: hold })
    } catch (error) {
      active.delete(nameOf(intent))
      if (!(error instanceof Gone)) logger.error({ device: deviceId, err: error }, 'a refused send could not be held')
    }
  }

  /** Nothing left. When that is because of the connection, it and all that came after it go in their order once there is another; otherwise it alone goes
   *  again in a while. */
  async #tryAgain(intent: Intent, connectionLost: boolean): Promise<void> {
    const { active, ends, outboxOf, readOn, readLater } = this.#parts
    const { device_id: deviceId } = intent
    const name = nameOf(intent)
    const attempts = (this.#attempts.get(name) ?? 0) + (connectionLost ? 0 : 1)
    if (attempts >= maxAttempts) return ends.failed(intent, 'not_sent')
    this.#attempts.set(name, attempts)
    if (connectionLost) outboxOf(deviceId).cut()
    const waitMs = connectionLost ? 0 : Math.min(retryMaxMs, retryBaseMs * 2 ** Math.max(0, attempts - 1))
    try {
      await this.#putBack(intent, waitMs)
    } finally {
      active.delete(name)
    }
    if (connectionLost) readOn(deviceId)
    else readLater(deviceId, waitMs)
  }

  /** prepared → queued. That it cannot be stored changes nothing but the words: it is still there. */
  async #putBack(intent: Intent, waitMs: number): Promise<void> {
    const { database, clock, intents, messages, sessions, logger, readWhenDatabaseAnswers } = this.#parts
    const { device_id: deviceId, message_id: messageId } = intent
    const now = clock.now()
    try {
      const unit = [
        ...sessions.fence(deviceId),
        intents.requeue(deviceId, messageId, now + waitMs),
        messages.advance({ deviceId, messageId, state: 'queued', reason: null, at: now }, { noted: false }),
      ]
      await database.commit(unit, { lane: deviceId })
    } catch (error) {
      logger.error({ device: deviceId, err: error }, 'a send could not be returned to the queue')
      if (mayPass(error)) readWhenDatabaseAnswers(deviceId)
    }
  }
}
