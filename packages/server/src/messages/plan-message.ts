import type { InboundMessage } from '@switchboard/engine'
import { definePlanner, type Plan, type Scene } from '../kit/define-planner.ts'
import { formsOf, isOwnAddress } from '../people/addresses.ts'
import { AlreadyStored } from '../sessions/already-stored.ts'
import { PlanOutdated } from '../sessions/plan-outdated.ts'
import { ChatStore } from '../storage/chat-store.ts'
import { type MarkRow, MarkStore } from '../storage/mark-store.ts'
import type { MessageFacts } from '../storage/message-reads.ts'
import { MessageStore } from '../storage/message-store.ts'
import { type ReceiptRow, ReceiptStore } from '../storage/receipt-store.ts'
import { type Change, changeOf, planChange } from './change.ts'
import { lateMessage } from './late-message.ts'
import { messageRow } from './message-row.ts'

interface MessageScene extends Scene {
  readonly stores: { readonly messages: MessageStore; readonly marks: MarkStore; readonly chats: ChatStore }
}

interface Facts {
  readonly stored: readonly MessageFacts[]
  readonly marked: readonly MarkRow[]
  readonly received: readonly ReceiptRow[]
}

const outdated = () => new PlanOutdated()
const alreadyStored = () => new AlreadyStored()
const rowOf = (deviceId: string, item: InboundMessage) => messageRow(deviceId, item, item.offline ? 'offline' : 'live')

/** A message that changes another one is kept, and what it changes hangs on that one. */
function planChanging(
  { deviceId, now, stores }: MessageScene,
  item: InboundMessage,
  change: Change,
  facts: Facts,
): Plan {
  const { outcome, statements, told } = planChange(change, item, {
    ...{ deviceId, outdated, ...stores },
    target: facts.stored.find(({ id }) => id === change.targetId),
    known: facts.marked.filter(({ message_id }) => message_id === change.targetId),
  })
  const row = rowOf(deviceId, item)
  // Of what changes nothing, only that it came is kept.
  const kept = outcome === 'advances' ? row : { ...row, text: null, body: null }
  return {
    statements: [stores.messages.insert(kept, now, alreadyStored), ...statements],
    told,
    ...(outcome === 'forbidden' && { effects: [{ kind: 'change_forbidden', item }] }),
  }
}

/** A message that speaks for itself. @param facts what is known of it before it comes; nothing when absent */
function planSaid(
  { deviceId, device, now, stores }: MessageScene,
  item: InboundMessage,
  facts: Facts | undefined,
): Plan {
  const { messages, marks, chats } = stores
  const { chat, id, at } = item
  const late =
    facts && lateMessage(rowOf(deviceId, item), item, facts.marked, facts.received, (jid) => isOwnAddress(device, jid))
  const { row, item: told } = late ?? { row: rowOf(deviceId, item), item }
  // What the history brought before was counted by the phone.
  const isNew = !facts?.stored.some((message) => message.id === id)
  const unread = isNew && row.listed === 1 && row.state === 'received' && row.deleted_at === null ? 1 : 0
  const isSeen = row.listed === 1 && !chat.jid.endsWith('@broadcast')
  return {
    statements: [
      ...(facts ? [] : [marks.unheardOf(deviceId, chat.jid, id, outdated)]),
      messages.insert(row, now, alreadyStored),
      ...(isSeen ? [chats.said(deviceId, chat.jid, { id, at, unread }, now)] : []),
    ],
    told: told ? [told] : [],
    effects: told ? [{ kind: 'message_stored', message: { item: told, row } }] : [],
  }
}

export default definePlanner({
  kinds: ['message'],
  stores: (database) => ({
    messages: new MessageStore(database),
    marks: new MarkStore(database),
    receipts: new ReceiptStore(database),
    chats: new ChatStore(database),
  }),
  read: async ({ messages, marks, receipts }, { deviceId, device, again }, item): Promise<Facts | undefined> => {
    const change = changeOf(device, item)
    // Of nearly every message nothing is known before it comes. That is assumed, and looked at when it does not hold.
    if (!change && !again) return undefined
    const chats = [...new Set([item.chat, ...(change ? [change.chat] : [])].flatMap(formsOf))]
    const ids = change ? [item.id, change.targetId] : [item.id]
    const [stored, marked, received] = await Promise.all([
      messages.facts(deviceId, chats, ids),
      marks.find(deviceId, chats, ids),
      receipts.find(deviceId, chats, [item.id]),
    ])
    return { stored, marked, received }
  },
  plan: ({ facts, ...scene }, item) => {
    const change = changeOf(scene.device, item)
    return change && facts ? planChanging(scene, item, change, facts) : planSaid(scene, item, facts)
  },
})
