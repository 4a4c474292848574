import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerAck } from '@switchboard/engine'
import type { NewEvent } from '../eventlog/event-log.ts'
import { newEventId } from '../eventlog/new-event-id.ts'
import type { EventSource, SourceOf } from '../events/event-source.ts'
import { planEvents } from '../events/plan-events.ts'
import type { SendEnding } from '../observe/observer.ts'
import type { BothAddresses } from '../people/addresses.ts'
import { PlanOutdated } from '../sessions/plan-outdated.ts'
import type { Statement } from '../storage/database.ts'
import type { Intent } from '../storage/intent-store.ts'
import { mayPass, StorageError } from '../storage/storage-error.ts'
import { freshSends } from './fresh-sends.ts'
import type { OutboxParts, Sending } from './outbox-parts.ts'
import { errorOfReason } from './send-failure.ts'

/** How long after a failure of the database it is asked again. */
export const databasePauseMs = 1_000

/** Thrown out of a unit: the message came further than this end of its send knows. */
class Overtaken extends Error {}
const overtaken = () => new Overtaken()

interface End {
  readonly unit: readonly Statement[]
  /** Instead, when the unit was overtaken. Tells nobody. */
  readonly otherwise: readonly Statement[]
  readonly told: Pick<SourceOf<'send_changed'>, 'state' | 'reason' | 'at'>
}

interface Planned {
  readonly statements: readonly Statement[]
  readonly events: readonly NewEvent[]
  readonly committed: (() => void) | undefined
}

/** The ways in which a send ends. Each end and its events become durable in one unit. */
export class SendEnds {
  readonly #parts: Omit<OutboxParts, 'pacing'>
  readonly #over: (intent: Intent) => void
  #stopped = false

  /** @param over called when nothing more will be done about an intent here */
  constructor(parts: Omit<OutboxParts, 'pacing'>, over: (intent: Intent) => void) {
    this.#parts = parts
    this.#over = over
  }

  stop(): void {
    this.#stopped = true
  }

  /** WhatsApp took it over. */
  async acknowledged(sending: Sending, ack: ServerAck): Promise<void> {
    const { messages, waiters, clock, database, engine, governor } = this.#parts
    const intent = { ...sending, view: sending.view ?? engine.describe(sending.body) }
    const { device_id: deviceId, message_id: messageId } = intent
    const now = clock.now()
    const first = await this.#settle(intent, {
      unit: [messages.settleSent(deviceId, messageId, ack.at, now, overtaken), this.#end(intent, 'sent')],
      // A receipt came before and has raised the event that it was sent.
      otherwise: [messages.dateSent(deviceId, messageId, ack.at, now), this.#end(intent, 'sent')],
      told: { state: 'sent', at: ack.at },
    })
    governor.safety.sent(intent, intent.view.text)
    if (first) freshSends(database).sent(deviceId, { id: messageId, chat: intent.chat, at: ack.at })
    waiters.settle(deviceId, messageId, { state: 'sent', at: ack.at })
  }

  /** It will not succeed. */
  async failed(intent: Intent, reason: string): Promise<void> {
    const ended = await this.#ended('failed', intent, reason)
    if (ended) this.#parts.waiters.settle(intent.device_id, intent.message_id, { error: errorOfReason(reason) })
  }

  /** Too old to continue: a queued send never left; nobody knows whether a prepared one did. */
  async givenUp(intent: Intent): Promise<void> {
    const [state, reason] =
      intent.state === 'queued'
        ? (['expired', 'not_connected_in_time'] as const)
        : (['unknown', 'no_acknowledgement'] as const)
    const at = await this.#ended(state, intent, reason)
    if (at) this.#parts.waiters.settle(intent.device_id, intent.message_id, { state, at })
  }

  /** Ends a send that did not succeed. @returns when, or undefined when a receipt has proved in between that it did */
  async #ended(state: 'failed' | 'expired' | 'unknown', intent: Intent, reason: string): Promise<number | undefined> {
    const { messages, clock } = this.#parts
    const { device_id: deviceId, message_id: messageId } = intent
    const at = clock.now()
    const step = { deviceId, messageId, state, reason, at }
    const end = this.#end(intent, state, reason)
    const unit = [messages.advance(step, { orElse: overtaken }), end]
    return (await this.#settle(intent, { unit, otherwise: [end], told: { state, reason, at } })) ? at : undefined
  }

  /** Takes the intent away. It counts as this outcome unless a receipt was faster. */
  #end(intent: Intent, outcome: SendEnding, reason?: string): Statement {
    const { intents, observer } = this.#parts
    const { device_id: device, message_id: message } = intent
    return intents.end(device, message, () => observer.ended({ device, message, outcome, reason }))
  }

  /** Makes the end of a send durable and tells the log, however long the database is away: what WhatsApp said about it is not said twice.
   *  When it is refused for another reason the intent stays, and the send is taken up again later under its id.
   *  @returns whether the message was where this end leads on from */
  async #settle(intent: Sending, { unit, otherwise, told }: End): Promise<boolean> {
    const { sessions, eventLog, addresses, engine, logger } = this.#parts
    const { device_id: deviceId, message_id: messageId, chat } = intent
    try {
      const view = told.state === 'sent' ? (intent.view ?? engine.describe(intent.body)) : undefined
      const named = [chat, view?.quoted?.sender, ...(view?.mentions ?? [])].filter((jid) => jid !== undefined)
      const address = await addresses.lookUp(deviceId, named, sessions.account(deviceId))
      const ended: SourceOf<'send_changed'> = {
        ...{ kind: 'send_changed', messageId, chat: address(chat), ...told },
        ...(view && { said: { filedUnder: chat, view } }),
      }
      let way: 'whole' | 'rest' = 'whole'
      let planned: Planned | undefined
      for (;;) {
        // Planned once for as long as nobody knows whether it was applied: its events keep their ids.
        planned ??= await this.#plan(
          intent,
          way === 'whole' ? unit : otherwise,
          way === 'whole' ? [ended] : [],
          told,
          address,
        )
        const { statements, events, committed } = planned
        const whole = [...sessions.fence(deviceId), ...statements, ...eventLog.statements(deviceId, events)]
        const outcome = await this.#commit(deviceId, whole)
        if (outcome === 'stored') committed?.()
        if (outcome === 'stored') return way === 'whole'
        if (outcome === 'try_again') await sleep(databasePauseMs)
        else planned = undefined
        if (outcome === 'overtaken') way = 'rest'
      }
    } catch (error) {
      logger.error({ device: deviceId, err: error }, 'the end of a send could not be stored')
      return true
    } finally {
      this.#over(intent)
    }
  }

  /** The end of a send, and what the message changes when it is about another one. */
  async #plan(
    intent: Sending,
    statements: readonly Statement[],
    ended: readonly EventSource[],
    { state, at }: End['told'],
    address: BothAddresses,
  ): Promise<Planned> {
    const { sessions, changes, media } = this.#parts
    const change = state === 'sent' ? await changes.plan(intent, at, intent.view) : undefined
    const { device_id: deviceId } = intent
    const device = { account: sessions.account(deviceId), address, media: media.context(deviceId) }
    const events = [...ended, ...(change?.told ?? [])].flatMap((source) => planEvents(device, source))
    return {
      statements: [...statements, ...(change?.statements ?? [])],
      events: events.map((event) => ({ ...event, id: newEventId() })),
      committed: change?.committed,
    }
  }

  async #commit(
    deviceId: string,
    unit: readonly Statement[],
  ): Promise<'stored' | 'overtaken' | 'outdated' | 'try_again'> {
    try {
      await this.#parts.database.commit(unit, { lane: deviceId })
      return 'stored'
    } catch (error) {
      if (error instanceof Overtaken) return 'overtaken'
      if (error instanceof PlanOutdated) return 'outdated'
      // Its events carry their ids from before the first try: they are there when an earlier try with an unknown outcome was applied.
      if (error instanceof StorageError && error.kind === 'unique') {
        this.#parts.eventLog.committed(deviceId)
        return 'stored'
      }
      if (!mayPass(error) || this.#stopped) throw error
      return 'try_again'
    }
  }
}
