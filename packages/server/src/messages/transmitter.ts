import { EngineError, SendError, type Session, statusJid } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { Decision } from '../limits/governor.ts'
import type { Statement } from '../storage/database.ts'
import type { Intent } from '../storage/intent-store.ts'
import type { DeviceOutbox } from './device-outbox.ts'
import { nameOf, type OutboxParts, type Sending } from './outbox-parts.ts'
import type { PacingOverrides } from './pacing.ts'
import type { SendEnds } from './send-ends.ts'
import { asUploadFailure } from './send-failure.ts'
import type { SendSetbacks } from './send-setbacks.ts'
import { sessionIfOpen } from './session-if-open.ts'

/** Sends of one device that may be on their way to the socket at once. */
const sendWindow = 32

/** Thrown out of a unit: the send was cancelled, or somebody else took it. */
class NoLongerQueued extends Error {}
/** Thrown out of a unit: so many left today that no more may. */
class DayIsFull extends Error {}

interface TransmitterParts extends OutboxParts {
  readonly ends: SendEnds
  readonly setbacks: SendSetbacks
  /** Sends that are worked on, with the session that carries them once written. */
  readonly active: Map<string, Session | undefined>
  readonly outboxOf: (deviceId: string) => DeviceOutbox
}

interface Turn {
  /** It was never handed to a session. */
  readonly fresh: boolean
  /** Resolves when it is durable that there is such a send; absent when that was so before its turn. Nothing leaves before. */
  readonly stored?: Promise<unknown> | undefined
}

/** What a turn found before it could write. */
type Ready =
  | Session
  /** Not now: it waits in the database. */
  | 'aside'
  /** It has ended, or was cancelled. */
  | 'gone'

/** What WhatsApp says of the addresses of numbers. When it refuses to, they are tried as they were written. @throws SendError when it cannot be asked now */
async function unlessRefused<Found>(asked: Promise<Found>, written: Found): Promise<Found> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof EngineError && (error.code === 'refused' || error.code === 'unsupported')) return written
    if (!(error instanceof EngineError || error instanceof AppError)) throw error
    throw new SendError('not_sent', 'the address of the number could not be asked', { cause: error })
  }
}

/** One send's turn: paced, made durable as prepared, written, acknowledged. */
export class Transmitter {
  readonly #parts: TransmitterParts
  readonly #setbacks: SendSetbacks
  readonly #stop = new AbortController()

  constructor(parts: TransmitterParts) {
    this.#parts = parts
    this.#setbacks = parts.setbacks
  }

  get #stopped(): boolean {
    return this.#stop.signal.aborted
  }

  stop(): void {
    this.#stop.abort()
  }

  /** Uploads the file of a send, and makes the message with it durable. Never rejects.
   *  @returns the send as it continues; undefined when it does not go on now */
  async complete(accepted: Intent, line: AbortSignal): Promise<Intent | undefined> {
    const { active, engine, files, intents, messages, sessions } = this.#parts
    const { device_id: deviceId, message_id: messageId, media_id: mediaId } = accepted
    const name = nameOf(accepted)
    try {
      const session = this.#openSession(deviceId)
      if (!session || line.aborted || mediaId === null) {
        await this.#setbacks.stepAside(accepted, false, line)
        return undefined
      }
      active.set(name, session)
      const uploaded = await files.upload(deviceId, mediaId, session.use('uploads')).catch((error: unknown) => {
        throw asUploadFailure(error)
      })
      const body = engine.withFile(accepted.body, uploaded)
      await this.#commit(deviceId, [
        ...sessions.fence(deviceId),
        intents.complete(deviceId, messageId, body, () => new NoLongerQueued()),
        messages.complete(deviceId, messageId, body),
      ])
      void files.release(deviceId, mediaId)
      return { ...accepted, body, media_id: null }
    } catch (error) {
      if (error instanceof NoLongerQueued || this.#stopped) active.delete(name)
      else await this.#setbacks.failed(accepted, error)
      return undefined
    }
  }

  /** Runs in the device's lane. Never rejects.
   *  @param line in which it was put there */
  async transmit(accepted: Sending, line: AbortSignal, { fresh, stored }: Turn): Promise<void> {
    const { active, outboxOf, pacing } = this.#parts
    const name = nameOf(accepted)
    const overrides = JSON.parse(accepted.options) as PacingOverrides
    let intent = accepted
    try {
      if (this.#openSession(intent.device_id) && !line.aborted) intent = await this.#addressed(intent)
      const session = await this.#prepare(intent, overrides, line, fresh)
      if (session === 'gone') {
        active.delete(name)
        return
      }
      if (session === 'aside') {
        if (await this.#isStored(intent, stored)) await this.#setbacks.stepAside(intent, fresh, line)
        return
      }
      active.set(name, session)
      const box = outboxOf(intent.device_id)
      box.inFlight += 1
      const landed = this.#write(intent, session, overrides, stored).finally(() => {
        box.inFlight -= 1
      })
      // Sends without pacing go to the session one after the other, which writes them in that order and makes several durable at once.
      // A status for thousands keeps no message waiting: it has a queue of its own there.
      if (intent.chat === statusJid) return
      box.stands(landed, line)
      if (!pacing.isInstant(overrides) || box.inFlight >= sendWindow) await landed
    } catch (error) {
      if (await this.#isStored(intent, stored)) await this.#setbacks.failed(intent, error)
    }
  }

  /** Whether there is a send that something may become of. Of one that could not be stored, who asked for it learns why. */
  async #isStored(intent: Intent, stored: Promise<unknown> | undefined): Promise<boolean> {
    try {
      await stored
      return true
    } catch {
      this.#parts.active.delete(nameOf(intent))
      return false
    }
  }

  /** To the address that WhatsApp has for its number. @throws SendError when that cannot be asked now */
  async #addressed(intent: Sending): Promise<Sending> {
    const chat = await unlessRefused(this.#parts.numbers.ask(intent.device_id, intent.chat), intent.chat)
    return chat === intent.chat ? intent : { ...intent, chat }
  }

  /** The people that a status is for, once they are stored with it. @throws as {@link #addressed} */
  async #audienceOf(
    { device_id: deviceId, message_id: id }: Intent,
    stored: Promise<unknown> | undefined,
  ): Promise<readonly string[] | undefined> {
    await stored
    const people = await this.#parts.audiences.find(deviceId, id)
    return people && unlessRefused(this.#parts.numbers.askAll(deviceId, people), people)
  }

  /** Hands a message to its session. Resolves when the stanza is written or will not be; never rejects. */
  async #write(
    intent: Sending,
    session: Session,
    overrides: PacingOverrides,
    durable: Promise<unknown> | undefined,
  ): Promise<void> {
    try {
      const { message_id: id, chat, body: message } = intent
      // A message goes to the session in this very turn: others follow in their order.
      const audience = chat === statusJid ? await this.#audienceOf(intent, durable) : undefined
      const more = { ...(audience && { audience }), ...(durable && { durable }) }
      const stanza = await session.use('messaging').send({ id, chat, message, ...more })
      const writtenAt = this.#parts.clock.monotonic()
      this.#parts.pacing.after(session, intent.chat, overrides)
      // The answer comes when it comes; the lane does not wait for it.
      stanza.ack.then(
        (ack) => {
          this.#parts.observer.acknowledged((this.#parts.clock.monotonic() - writtenAt) / 1000)
          return this.#parts.ends.acknowledged(intent, ack)
        },
        (error) => this.#setbacks.failed(intent, error),
      )
    } catch (error) {
      if (await this.#isStored(intent, durable)) await this.#setbacks.failed(intent, error)
    }
  }

  /** Pacing, then the last durable step before the message may leave. */
  async #prepare(intent: Intent, overrides: PacingOverrides, line: AbortSignal, fresh: boolean): Promise<Ready> {
    const { sessions, pacing, intents, messages, governor, clock } = this.#parts
    const { device_id: deviceId, message_id: messageId } = intent
    const session = this.#openSession(deviceId)
    if (!session || line.aborted) return 'aside'
    // What was never written may still be held.
    if (intent.state === 'prepared') return fresh && governor.pausedFor(intent) ? 'aside' : session
    const hold = await governor.holdOfTurn(intent)
    if (hold) return this.#hold(intent, hold)
    try {
      if (await governor.waitGap(intent, AbortSignal.any([line, this.#stop.signal])))
        return this.#prepare(intent, overrides, line, fresh)
      await pacing.before(deviceId, session, intent.chat, overrides, line)
      if (this.#stopped || line.aborted || !this.#openSession(deviceId)) return 'aside'
      const at = clock.now()
      const leaving = await governor.leaving(intent, () => new DayIsFull())
      await this.#commit(deviceId, [
        ...sessions.fence(deviceId),
        ...leaving.statements,
        intents.prepare(deviceId, messageId, at, () => new NoLongerQueued(), leaving.day),
        messages.advance({ deviceId, messageId, state: 'sending', reason: null, at }, { noted: false }),
      ])
      leaving.left()
    } catch (error) {
      pacing.after(session, intent.chat, overrides)
      if (error instanceof NoLongerQueued) return 'gone'
      if (error instanceof DayIsFull) return this.#prepare(intent, overrides, line, fresh)
      if (this.#stopped || line.aborted) return 'aside'
      throw error
    }
    return this.#openSession(deviceId) ?? session
  }

  /** It may not leave now: it is scheduled for when it may. */
  async #hold(intent: Intent, hold: Decision): Promise<Ready> {
    const { sessions, governor, messages, waiters, clock } = this.#parts
    const { device_id: deviceId, message_id: messageId } = intent
    const at = clock.now()
    const step = { deviceId, messageId, state: 'scheduled', reason: hold.reason, at }
    try {
      await this.#commit(deviceId, [
        ...sessions.fence(deviceId),
        ...governor.held.hold(intent, hold, () => new NoLongerQueued()),
        messages.advance(step),
      ])
      await governor.nowHeld(deviceId, hold)
      waiters.settle(deviceId, messageId, { state: 'scheduled', at, waits: hold })
    } catch (error) {
      if (!(error instanceof NoLongerQueued)) throw error
    }
    return 'gone'
  }

  #openSession(deviceId: string): Session | undefined {
    return sessionIfOpen(this.#parts.sessions, deviceId)
  }

  async #commit(deviceId: string, unit: readonly Statement[]): Promise<void> {
    await this.#parts.database.commit(unit, { lane: deviceId })
  }
}
