import type { Engine, InboundMessage, MessageView } from '@switchboard/engine'
import type { DeviceContext } from '../events/event-source.ts'
import { sealedParties } from '../inbound/sealed-parties.ts'
import { definePlanner, type Plan, type Scene } from '../kit/define-planner.ts'
import { formsOf, isOwnAddress } from '../people/addresses.ts'
import { AlreadyStored } from '../sessions/already-stored.ts'
import { outdated } from '../sessions/plan-outdated.ts'
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
  /** What it says in the open, when it was sealed with the secret of the message that it is about. */
  readonly opened: MessageView | undefined
  readonly stored: readonly MessageFacts[]
  readonly marked: readonly MarkRow[]
  readonly received: readonly ReceiptRow[]
}

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
      ...(isSeen ? [chats.said(deviceId, chat.jid, { id, at, unread, unarchives: !item.fromMe }, now)] : []),
    ],
    told: told ? [told] : [],
    effects: told ? [{ kind: 'message_stored', message: { item: told, row } }] : [],
  }
}

const sealed: ReadonlySet<string> = new Set([
  ...['encrypted_reaction', 'encrypted_comment', 'encrypted_change', 'event_response'],
])

/** What somebody sealed, when the message that it is about is stored. */
async function openedBy(
  { messages, engine }: { readonly messages: MessageStore; readonly engine: Pick<Engine, 'openSealed'> },
  deviceId: string,
  device: DeviceContext,
  item: InboundMessage,
): Promise<MessageView | undefined> {
  const { type, target } = item.view
  if (!target || !sealed.has(type)) return undefined
  const places = formsOf(item.chat).map((chat) => ({ chat, id: target.id }))
  const [about] = await messages.at(deviceId, places)
  return about?.body ? engine.openSealed(item.message, about.body, sealedParties(device, item, about)) : undefined
}

export default definePlanner({
  kinds: ['message'],
  stores: (database, { engine }) => ({
    engine,
    messages: new MessageStore(database),
    marks: new MarkStore(database),
    receipts: new ReceiptStore(database),
    chats: new ChatStore(database),
  }),
  read: async (
    { messages, marks, receipts, engine },
    { deviceId, device, again },
    came,
  ): Promise<Facts | undefined> => {
    const opened = await openedBy({ messages, engine }, deviceId, device, came)
    const item = opened ? { ...came, view: opened } : came
    const change = changeOf(device, item)
    // Of nearly every message nothing is known before it comes. That is assumed, and looked at when it does not hold.
    if (!change && !again && !opened) return undefined
    const chats = [...new Set([item.chat, ...(change ? [change.chat] : [])].flatMap(formsOf))]
    const ids = change ? [item.id, change.targetId] : [item.id]
    const [stored, marked, received] = await Promise.all([
      messages.facts(deviceId, chats, ids),
      marks.find(deviceId, chats, ids),
      receipts.find(deviceId, chats, [item.id]),
    ])
    return { stored, marked, received, opened }
  },
  plan: ({ facts, ...scene }, came) => {
    const item = facts?.opened ? { ...came, view: facts.opened } : came
    const change = changeOf(scene.device, item)
    return change && facts ? planChanging(scene, item, change, facts) : planSaid(scene, item, facts)
  },
})
