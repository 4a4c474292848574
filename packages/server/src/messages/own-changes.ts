import { type Account, bareJid, type Engine, type InboundMessage, type MessageView } from '@switchboard/engine'
import type { EventLog } from '../eventlog/event-log.ts'
import type { EventSource } from '../events/event-source.ts'
import { planEvents } from '../events/plan-events.ts'
import { type Addresses, formsOf } from '../people/addresses.ts'
import { planVote, readPoll } from '../polls/vote.ts'
import { outdated, PlanOutdated } from '../sessions/plan-outdated.ts'
import type { ChatStore } from '../storage/chat-store.ts'
import type { Database, Statement } from '../storage/database.ts'
import type { Intent } from '../storage/intent-store.ts'
import type { MarkStore } from '../storage/mark-store.ts'
import type { MessageStore } from '../storage/message-store.ts'
import { changeOf, planChange } from './change.ts'

interface OwnChangeParts {
  readonly database: Database
  readonly eventLog: EventLog
  readonly fence: (deviceId: string) => Statement[]
  readonly engine: Pick<Engine, 'describe' | 'openVote'>
  readonly addresses: Addresses
  readonly messages: MessageStore
  readonly marks: MarkStore
  readonly chats: ChatStore
  /** The timer of a chat is another one. */
  readonly timerSet: (deviceId: string, chat: string) => void
  readonly account: (deviceId: string) => Account | undefined
}

interface OwnChange {
  readonly statements: readonly Statement[]
  readonly told: readonly EventSource[]
  /** Call it when the statements are durable. */
  committed?(): void
}

const nothing: OwnChange = { statements: [], told: [] }

/** What reactions, edits, deletions and votes that were sent through the API do to the messages that they are about, and timers to their chat. */
export class OwnChanges {
  readonly #parts: OwnChangeParts

  constructor(parts: OwnChangeParts) {
    this.#parts = parts
  }

  /** The change that a send makes once WhatsApp took it over. Its statements throw {@link PlanOutdated} when it must be looked at again.
   *  @param at WhatsApp's time, Unix ms
   *  @param known what the message is, where that was looked at already */
  async plan(
    intent: Pick<Intent, 'device_id' | 'message_id' | 'chat' | 'body'>,
    at: number,
    known?: MessageView,
  ): Promise<OwnChange> {
    const { engine, addresses, messages, marks, account: accountOf } = this.#parts
    const { device_id: deviceId, message_id: id, chat, body: message } = intent
    const view = known ?? engine.describe(message)
    const account = accountOf(deviceId)
    if (view.timer) return this.#setTimer(intent, view.timer, at)
    if (!view.target || !account) return nothing
    const named = [chat, account.jid, ...(view.target.sender === undefined ? [] : [view.target.sender])]
    const address = await addresses.lookUp(deviceId, named, account)
    const device = { account, address }
    const sent = { kind: 'message', id, at, offline: false, fromMe: true, byAdmin: true, message, view } as const
    const item: InboundMessage = { ...sent, chat: address(chat), sender: address(bareJid(account.jid)) }
    if (view.type === 'poll_vote') {
      const stores = { messages, marks, engine }
      const facts = await readPoll(stores, deviceId, item, view.target.id)
      return planVote({ deviceId, device, stores, facts, outdated }, item)
    }
    const change = changeOf(device, item)
    if (!change) return nothing
    const [stored, marked] = await Promise.all([
      messages.facts(deviceId, formsOf(change.chat), [change.targetId]),
      marks.find(deviceId, formsOf(change.chat), [change.targetId]),
    ])
    const { statements, told } = planChange(change, item, {
      ...{ deviceId, messages, marks, outdated, known: marked },
      target: stored[0],
    })
    // For a send through the API the event is that it was sent, not that it came.
    return { statements, told: told.filter((source) => source !== item) }
  }

  #setTimer(
    { device_id: deviceId, chat }: Pick<Intent, 'device_id' | 'chat'>,
    { seconds, setAt }: NonNullable<MessageView['timer']>,
    at: number,
  ): OwnChange {
    const { chats, timerSet } = this.#parts
    const statements = [chats.setTimer(deviceId, chat, { seconds, setAt: setAt ?? at }, at)]
    return { statements, told: [], committed: () => timerSet(deviceId, chat) }
  }

  /** A receipt proved that a send without an acknowledgement had left: what it changes is true now. */
  async proven(deviceId: string, messageId: string, at: number): Promise<void> {
    const { database, eventLog, fence, messages, account } = this.#parts
    const row = await messages.find(deviceId, messageId)
    if (!row?.body || (row.target_id === null && row.type !== 'timer')) return
    const intent = { device_id: deviceId, message_id: messageId, chat: row.chat, body: row.body }
    for (;;) {
      const { statements, told, committed } = await this.plan(intent, at)
      const events = told.flatMap((source) => planEvents({ account: account(deviceId) }, source))
      const unit = [...fence(deviceId), ...statements, ...eventLog.statements(deviceId, events)]
      try {
        if (statements.length > 0) await database.commit(unit, { lane: deviceId })
        committed?.()
        return
      } catch (error) {
        if (!(error instanceof PlanOutdated)) throw error
      }
    }
  }
}
