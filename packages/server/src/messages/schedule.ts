import { type Engine, isSilent, type Logger, statusJid } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import type { OwnDevices } from '../cluster/own-devices.ts'
import { AppError } from '../errors/app-error.ts'
import type { Decision, Governor } from '../limits/governor.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { ChatStore } from '../storage/chat-store.ts'
import type { Database } from '../storage/database.ts'
import { isForAll } from '../storage/held-send-store.ts'
import { type Intent, type IntentStore, releasedAt } from '../storage/intent-store.ts'
import type { MessageStore } from '../storage/message-store.ts'
import type { Outbox } from './outbox.ts'

/** A clock that is set, by a person or in a virtual machine that slept, is noticed within this time. */
const longestWaitMs = 15_000
const pauseAfterFailureMs = 2_000
const atOnce = 200

/** Thrown out of a unit: it was cancelled, or has another time. */
class Changed extends Error {}

interface ScheduleParts {
  readonly database: Database
  readonly engine: Pick<Engine, 'describe'>
  readonly sessions: Pick<Sessions, 'fence'>
  readonly messages: MessageStore
  readonly intents: IntentStore
  readonly chats: ChatStore
  readonly outbox: Outbox
  readonly governor: Governor
  readonly own: Pick<OwnDevices, 'keeps'>
  readonly clock: Clock
  readonly logger: Logger
}

/** Sends for a later time. Each joins the outbox when its time has come, or at the next start when nobody was there then, in a unit of its own: once.
 *  What its device may not send then waits on. */
export class Schedule {
  readonly #parts: ScheduleParts
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #again = false
  #stopped = false

  constructor(parts: ScheduleParts) {
    this.#parts = parts
  }

  /** Something is scheduled, or at another time: looks when the next one is due, and sends what is due now. */
  wake(): void {
    if (this.#stopped) return
    this.#again = true
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      if (this.#again) this.wake()
    })
  }

  /** Gives a scheduled send another time. @throws AppError message_not_found | message_not_scheduled */
  async putOff(deviceId: string, messageId: string, sendAt: number): Promise<void> {
    const { database, sessions, messages, intents, clock } = this.#parts
    const row = await messages.find(deviceId, messageId)
    if (!row) throw new AppError('message_not_found')
    const gone = () => new AppError('message_not_scheduled')
    const at = clock.now()
    await database.commit(
      [
        ...sessions.fence(deviceId),
        intents.putOff(deviceId, messageId, sendAt, gone),
        messages.dateWaiting(row, sendAt),
        messages.note({ deviceId, messageId, state: 'scheduled', reason: null, at }),
      ],
      { lane: deviceId },
    )
    this.wake()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#running
  }

  async #run(): Promise<void> {
    const { intents, clock, logger } = this.#parts
    clearTimeout(this.#timer)
    this.#again = false
    try {
      const now = clock.now()
      const failed = new Set<string>()
      for (let after: Intent | undefined; !this.#stopped; ) {
        const due = await intents.due(now, atOnce, after)
        await this.#released(due, failed)
        if (due.length < atOnce) break
        after = due.at(-1)
      }
      const next = await intents.nextDue()
      if (next !== undefined) this.#wakeAfter(failed.size > 0 ? pauseAfterFailureMs : next - clock.now())
    } catch (error) {
      if (!this.#stopped) logger.error({ err: error }, 'scheduled sends could not be looked for')
      this.#wakeAfter(pauseAfterFailureMs)
    }
  }

  /** That one cannot be stored keeps no other device's from leaving, and lets its own keep their order.
   *  @param failed devices with one that could not; more join them */
  async #released(due: readonly Intent[], failed: Set<string>): Promise<void> {
    const { governor, own, logger } = this.#parts
    const held = new Set<string>()
    for (const intent of due) {
      const { device_id: deviceId, limited } = intent
      // It is about to move: its next node sends it.
      if (!own.keeps(deviceId)) failed.add(deviceId)
      const waits = limited === 1 && (held.has(deviceId) || held.has(chatOf(intent)))
      if (failed.has(deviceId) || waits) continue
      try {
        const hold = await governor.holdOfNext(intent)
        if (hold) {
          held.add(isForAll(hold) ? deviceId : chatOf(intent))
          await this.#holdDue(intent, hold)
        } else await this.#release(intent)
      } catch (error) {
        if (error instanceof Changed) continue
        failed.add(deviceId)
        if (!this.#stopped) logger.error({ device: deviceId, err: error }, 'a scheduled send could not be queued')
      }
    }
  }

  /** Nobody gets it in the night, or after so many others that day. */
  async #holdDue(intent: Intent, hold: Decision): Promise<void> {
    const { database, sessions, governor } = this.#parts
    const { device_id: deviceId } = intent
    const unit = [...sessions.fence(deviceId), ...governor.held.holdDue(intent, hold)]
    await database.commit(unit, { lane: deviceId })
    await governor.nowHeld(deviceId, hold)
  }

  #wakeAfter(ms: number): void {
    if (this.#stopped) return
    this.#timer = setTimeout(() => this.wake(), Math.min(Math.max(ms, 0), longestWaitMs)).unref()
  }

  async #release(scheduled: Intent): Promise<void> {
    const { database, engine, sessions, messages, intents, chats, outbox, clock } = this.#parts
    const { device_id: deviceId, message_id: messageId, chat, body } = scheduled
    const at = clock.now()
    const sentAt = Math.floor(at / 1000) * 1000
    const listed = isSilent(engine.describe(body).type) ? 0 : 1
    await database.commit(
      [
        ...sessions.fence(deviceId),
        intents.release(scheduled, at, () => new Changed()),
        messages.dateWaiting({ device_id: deviceId, chat, id: messageId, listed }, sentAt),
        messages.advance({ deviceId, messageId, state: 'queued', reason: null, at }),
        ...(listed === 1 && chat !== statusJid
          ? [chats.said(deviceId, chat, { id: messageId, at: sentAt, unread: 0 }, at)]
          : []),
      ],
      { lane: deviceId },
    )
    outbox.enqueue({ ...scheduled, ...releasedAt(scheduled, at) })
  }
}

const chatOf = ({ device_id, chat }: Intent): string => `${device_id} ${chat}`
