import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerAck } from '@switchboard/engine'
import { newEventId } from '../eventlog/new-event-id.ts'
import type { DeviceSignal } from '../events/event-source.ts'
import { planEvents } from '../events/plan-events.ts'
import type { SendOutcome } from '../observe/observer.ts'
import type { Statement } from '../storage/database.ts'
import type { Intent } from '../storage/intent-store.ts'
import { mayPass, StorageError } from '../storage/storage-error.ts'
import { errorOfReason } from './send-failure.ts'
import type { SendQueueParts } from './send-queue.ts'

/** How long after a failure of the database it is asked again. */
export const databasePauseMs = 1_000

/** The ways in which a send ends, each made durable and told in one unit. */
export class SendEnds {
  readonly #parts: Omit<SendQueueParts, 'pacing'>
  readonly #ended: (intent: Intent) => void
  #stopped = false

  /** @param ended is told when nothing more will be done about an intent here */
  constructor(parts: Omit<SendQueueParts, 'pacing'>, ended: (intent: Intent) => void) {
    this.#parts = parts
    this.#ended = ended
  }

  stop(): void {
    this.#stopped = true
  }

  /** WhatsApp took it over. */
  async acknowledged(intent: Intent, ack: ServerAck): Promise<void> {
    const { messages, waiters, clock } = this.#parts
    const { device_id: deviceId, message_id: messageId, chat } = intent
    await this.#settle(
      intent,
      [...messages.settleSent(deviceId, messageId, ack.at, clock.now()), this.#end(intent, 'sent')],
      { kind: 'send_changed', messageId, chat, state: 'sent', at: ack.at },
    )
    waiters.settle(deviceId, messageId, { state: 'sent', at: ack.at })
  }

  /** It will not succeed. */
  async failed(intent: Intent, reason: string): Promise<void> {
    const { messages, waiters, clock } = this.#parts
    const { device_id: deviceId, message_id: messageId, chat } = intent
    const at = clock.now()
    await this.#settle(
      intent,
      [
        ...messages.advance({ deviceId, messageId, state: 'failed', actor: '', reason, at }),
        this.#end(intent, 'failed', reason),
      ],
      { kind: 'send_changed', messageId, chat, state: 'failed', reason, at },
    )
    waiters.settle(deviceId, messageId, { error: errorOfReason(reason) })
  }

  /** Too old to go on: a queued one never left, of a prepared one nobody knows. */
  async givenUp(intent: Intent): Promise<void> {
    const { messages, waiters, clock } = this.#parts
    const { device_id: deviceId, message_id: messageId, chat } = intent
    const at = clock.now()
    const [state, reason] =
      intent.state === 'queued'
        ? (['expired', 'not_connected_in_time'] as const)
        : (['unknown', 'no_acknowledgement'] as const)
    await this.#settle(
      intent,
      [...messages.advance({ deviceId, messageId, state, actor: '', reason, at }), this.#end(intent, state, reason)],
      { kind: 'send_changed', messageId, chat, state, reason, at },
    )
    waiters.settle(deviceId, messageId, { state, at })
  }

  /** Takes the intent away. It counts as this outcome unless a receipt was faster. */
  #end(intent: Intent, outcome: SendOutcome, reason?: string): Statement {
    const { intents, observer } = this.#parts
    const { device_id: device, message_id: message } = intent
    return intents.end(device, message, () => observer.ended({ device, message, outcome, reason }))
  }

  /** Makes the end of a send durable and tells the log, however long the database is away: what WhatsApp said about it is not said twice.
   *  When it is refused for another reason the intent stays, and the send is taken up again later under its id. */
  async #settle(intent: Intent, statements: readonly Statement[], signal: DeviceSignal): Promise<void> {
    const { sessions, eventLog, logger } = this.#parts
    const deviceId = intent.device_id
    try {
      const planned = planEvents({ account: sessions.account(deviceId) }, signal)
      const events = planned.map((event) => ({ ...event, id: newEventId() }))
      const unit = () => [...sessions.fence(deviceId), ...statements, ...eventLog.statements(deviceId, events)]
      while (!(await this.#settled(deviceId, unit()))) await sleep(databasePauseMs)
    } catch (error) {
      logger.error({ device: deviceId, err: error }, 'the end of a send could not be stored')
    } finally {
      this.#ended(intent)
    }
  }

  /** @returns false when it must be tried again */
  async #settled(deviceId: string, unit: readonly Statement[]): Promise<boolean> {
    try {
      await this.#parts.database.commit(unit, { lane: deviceId })
      return true
    } catch (error) {
      // Its events carry their ids from before the first try: they are there when an earlier try, whose outcome nobody knew, was applied.
      if (error instanceof StorageError && error.kind === 'unique') {
        this.#parts.eventLog.committed(deviceId)
        return true
      }
      if (!mayPass(error) || this.#stopped) throw error
      return false
    }
  }
}
