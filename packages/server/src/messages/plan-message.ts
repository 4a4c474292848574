import type { Engine, InboundMessage, OpenedSeal } from '@switchboard/engine'
import { definePlanner, type Plan, type Scene } from '../kit/define-planner.ts'
import { formsOf, isOwnAddress } from '../people/addresses.ts'
import { AlreadyStored } from '../sessions/already-stored.ts'
import { outdated } from '../sessions/plan-outdated.ts'
import { ChatStore } from '../storage/chat-store.ts'
import type { Statement } from '../storage/database.ts'
import { type MarkRow, MarkStore } from '../storage/mark-store.ts'
import type { MessageFacts } from '../storage/message-reads.ts'
import { MessageStore } from '../storage/message-store.ts'
import { type ReceiptRow, ReceiptStore } from '../storage/receipt-store.ts'
import type { MessageTable } from '../storage/schema.ts'
import { type Change, changeOf, planChange } from './change.ts'
import { lateMessage } from './late-message.ts'
import { messageRow } from './message-row.ts'
import { isSealed, openSeal, openWaiting, readWaiting, sealTargets, type Waiting, waitingMark } from './sealed.ts'

interface MessageScene extends Scene {
  readonly stores: {
    readonly messages: MessageStore
    readonly marks: MarkStore
    readonly chats: ChatStore
    readonly engine: Pick<Engine, 'openSealed' | 'describe'>
  }
}

interface Facts {
  /** Of a sealed message: the one that it is about, and what it says in the open when that one's secret opens it. */
  readonly seal: { readonly target: MessageTable | undefined; readonly opened: OpenedSeal | undefined } | undefined
  /** Sealed messages that are about this one. */
  readonly waiting: Waiting
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
  const replaced = outcome === 'advances' ? replacing(deviceId, stores.messages, facts.seal) : []
  return {
    statements: [stores.messages.insert(kept, now, alreadyStored), ...replaced, ...statements],
    told,
    ...(outcome === 'forbidden' && { effects: [{ kind: 'change_forbidden', item }] }),
  }
}

/** The message that a sealed one gave another content. */
function replacing(deviceId: string, messages: MessageStore, seal: Facts['seal']): Statement[] {
  const { target, opened } = seal ?? {}
  return target && opened?.changed ? [messages.replace(deviceId, target, opened.changed, outdated)] : []
}

/** A message that speaks for itself. @param facts what is known of it before it comes; nothing when absent */
function planSaid(scene: MessageScene, item: InboundMessage, facts: Facts | undefined): Plan {
  const { deviceId, device, now, stores } = scene
  const { messages, marks, chats } = stores
  const { chat, id, at } = item
  const plain = rowOf(deviceId, item)
  // What was sealed is read next to the message that it is about.
  const first = facts?.seal ? { ...plain, listed: 0 as const } : plain
  const late = facts && lateMessage(first, item, facts.marked, facts.received, (jid) => isOwnAddress(device, jid))
  const { row: came, item: told } = late ?? { row: first, item }
  const unsealed = facts ? openWaiting(scene, { row: came, item }, facts.waiting, facts.marked) : undefined
  const row = unsealed ? { ...came, body: unsealed.body } : came
  // What the history brought before was counted by the phone.
  const isNew = !facts?.stored.some((message) => message.id === id)
  const unread = isNew && row.listed === 1 && row.state === 'received' && row.deleted_at === null ? 1 : 0
  const isSeen = row.listed === 1 && !chat.jid.endsWith('@broadcast')
  return {
    statements: [
      ...(facts ? [] : [marks.unheardOf(deviceId, chat.jid, id, outdated)]),
      messages.insert(row, now, alreadyStored),
      ...(isSeen ? [chats.said(deviceId, chat.jid, { id, at, unread, unarchives: !item.fromMe }, now)] : []),
      ...replacing(deviceId, messages, facts?.seal),
      ...planWaiting(scene, item, facts?.seal),
      ...(unsealed?.statements ?? []),
    ],
    told: [...(told ? [told] : []), ...(unsealed?.told ?? [])],
    effects: told ? [{ kind: 'message_stored', message: { item: told, row } }] : [],
  }
}

/** A sealed message waits for the one that it is about. */
function planWaiting({ deviceId, stores }: MessageScene, item: InboundMessage, seal: Facts['seal']): Statement[] {
  if (!seal || seal.target) return []
  const absent = stores.messages.absent(deviceId, item.chat.jid, item.view.target!.id, outdated)
  return [absent, stores.marks.putIfNewer(waitingMark(deviceId, item))]
}

export default definePlanner({
  kinds: ['message'],
  stores: (database, { engine }) => ({
    engine,
    database,
    messages: new MessageStore(database),
    marks: new MarkStore(database),
    receipts: new ReceiptStore(database),
    chats: new ChatStore(database),
  }),
  read: async (stores, { deviceId, device, again }, came): Promise<Facts | undefined> => {
    const { messages, marks, receipts, engine } = stores
    const [target] = isSealed(came) ? await sealTargets(messages, deviceId, [came]) : []
    const opened = target && openSeal(engine, device, came, target)
    const item = opened ? { ...came, view: opened.view } : came
    const change = changeOf(device, item)
    // Of nearly every message nothing is known before it comes. That is assumed, and looked at when it does not hold.
    if (!change && !again && !isSealed(came)) return undefined
    const chats = [...new Set([item.chat, ...(change ? [change.chat] : [])].flatMap(formsOf))]
    const ids = change ? [item.id, change.targetId] : [item.id]
    const [stored, marked, received] = await Promise.all([
      messages.facts(deviceId, chats, ids),
      marks.find(deviceId, chats, ids),
      receipts.find(deviceId, chats, [item.id]),
    ])
    const own = marked.filter(({ message_id }) => message_id === item.id)
    const waiting = await readWaiting(stores, { deviceId, device }, own)
    return { stored, marked, received, waiting, seal: isSealed(came) ? { target, opened } : undefined }
  },
  plan: ({ facts, ...scene }, came) => {
    const opened = facts?.seal?.opened
    const item = opened ? { ...came, view: opened.view } : came
    const change = changeOf(scene.device, item)
    return change && facts ? planChanging(scene, item, change, facts) : planSaid(scene, item, facts)
  },
})
