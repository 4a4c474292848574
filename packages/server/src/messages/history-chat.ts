import type { Engine, InboundHistory, InboundMessage } from '@switchboard/engine'
import { newestTimer } from '../chats/timer-of.ts'
import type { Plan, Scene } from '../kit/define-planner.ts'
import { isOwnAddress } from '../people/addresses.ts'
import { outdated } from '../sessions/plan-outdated.ts'
import type { ChatStore } from '../storage/chat-store.ts'
import type { Statement } from '../storage/database.ts'
import type { MarkRow, MarkStore } from '../storage/mark-store.ts'
import type { MessageFacts } from '../storage/message-reads.ts'
import type { MessageStore, NewMessageRow } from '../storage/message-store.ts'
import type { ReceiptRow } from '../storage/receipt-store.ts'
import type { MessageTable } from '../storage/schema.ts'
import { changeOf, markOf, planChange } from './change.ts'
import { lateMessage } from './late-message.ts'
import { messageRow } from './message-row.ts'
import { isSealed, mayReplace, openSeal, openWaiting, type Waiting, waitingMark } from './sealed.ts'

interface HistoryScene extends Scene {
  readonly stores: {
    readonly messages: MessageStore
    readonly marks: MarkStore
    readonly chats: ChatStore
    readonly engine: Pick<Engine, 'openSealed' | 'describe'>
  }
  /** What is stored already, by {@link placeOf}. */
  readonly facts: {
    readonly stored: ReadonlyMap<string, MessageFacts>
    readonly marked: ReadonlyMap<string, readonly MarkRow[]>
    readonly received: ReadonlyMap<string, readonly ReceiptRow[]>
    /** Chats in which something was said, and whether history of them is stored already. */
    readonly known: ReadonlyMap<string, { readonly hasHistory: boolean }>
    /** Stored messages that sealed ones of the history are about, by {@link placeOf}. */
    readonly sealTargets: ReadonlyMap<string, MessageTable>
    /** Stored sealed messages that are about messages of the history. */
    readonly waiting: Waiting
  }
}

type Conversation = InboundHistory['conversations'][number]

/** Names a message among those of several chats. */
export const placeOf = (chat: string, id: string): string => `${chat} ${id}`

/** Marks all but the newest incoming messages as read: so many were not. */
function markRead(rows: readonly NewMessageRow[], unread: number): NewMessageRow[] {
  let left = unread
  const marked = rows.toReversed().map((row) => {
    if (row.state !== 'received' || (row.listed === 1 && left-- > 0)) return row
    return { ...row, state: 'read' }
  })
  return marked.toReversed()
}

/** How many of the newest incoming messages were not read on the phone. Of a chat that has its history already, the store knows better. */
function unreadOf({ known }: HistoryScene['facts'], { chat, unread = 0, continued = false }: Conversation): number {
  return continued || !known.get(chat.jid)?.hasHistory ? unread : 0
}

/** One chat of a part of history. What is stored already stays as it is, and gets what the history says about it. Told is only what waited for a
 *  message of it. Pure. */
export function planHistoryChat(scene: HistoryScene, conversation: Conversation): Pick<Plan, 'statements' | 'told'> {
  const { deviceId, device, now, facts } = scene
  const { messages, chats } = scene.stores
  const jid = conversation.chat.jid
  const {
    items,
    bodies,
    statements: unsealing,
  } = openSeals(
    scene,
    conversation.messages
      // What the phone has accepted was allowed, no matter who asked for it.
      .map((item): InboundMessage => ({ ...item, chat: conversation.chat, byAdmin: true }))
      .toSorted((one, other) => one.at - other.at),
  )
  const sealed = new Set(conversation.messages.filter(isSealed).map(({ id }) => id))
  const known = items.map((item) => {
    const plain = messageRow(deviceId, item, 'history')
    // What was sealed is read next to the message that it is about.
    const row = sealed.has(item.id) ? { ...plain, listed: 0 as const } : plain
    if (changeOf(device, item)) return row
    const place = placeOf(jid, item.id)
    return lateMessage(row, item, facts.marked.get(place) ?? [], facts.received.get(place) ?? [], (each) =>
      isOwnAddress(device, each),
    ).row
  })
  const late = known.map((row, place) => {
    const changed = bodies.get(row.id)
    const content = changed && row.body ? { ...row, body: changed } : row
    const marks = facts.marked.get(placeOf(jid, row.id)) ?? []
    return { row: content, ...openWaiting(scene, { row: content, item: items[place]! }, facts.waiting, marks) }
  })
  const rows = late.map(({ row, body }) => ({ ...row, body }))
  const isNew = !facts.known.has(jid)
  const marked = markRead(rows, unreadOf(facts, conversation))
  const { name, markedUnread = false } = conversation
  const unread = marked.filter(
    ({ id, listed, state }) => listed === 1 && state === 'received' && !facts.stored.has(placeOf(jid, id)),
  ).length
  const newest = marked.findLast(({ listed }) => listed === 1)
  const statements: Statement[] = []
  if (isNew) statements.push(chats.begin(deviceId, jid, { ...(name && { name }), unread, markedUnread }, now))
  else if (name) statements.push(chats.rename(deviceId, jid, name, now))
  const timer = newestTimer(conversation)
  if (timer) statements.push(chats.setTimer(deviceId, jid, timer, now))
  if (newest) {
    const said = { id: newest.id, at: newest.sent_at, unread: isNew ? 0 : unread }
    statements.push(chats.said(deviceId, jid, said, now))
  }
  return {
    statements: [
      ...statements,
      ...messages.insertHistory(marked, now),
      ...unsealing,
      ...late.flatMap((each) => each.statements),
      ...planChanges(scene, items, rows, new Map(late.map(({ row, marks }) => [row.id, marks]))),
    ],
    told: late.flatMap(({ told }) => told),
  }
}

interface OpenedChat {
  readonly items: readonly InboundMessage[]
  /** What became of messages of the history, by their ids. */
  readonly bodies: ReadonlyMap<string, Uint8Array>
  readonly statements: readonly Statement[]
}

/** What is sealed in a chat of the history, opened with messages of the same chunk and with stored ones. The rest waits for its messages. */
function openSeals({ deviceId, device, stores, facts }: HistoryScene, items: readonly InboundMessage[]): OpenedChat {
  const { engine, messages, marks } = stores
  if (!items.some(isSealed)) return { items, bodies: new Map(), statements: [] }
  const inChunk = new Map(items.map((item) => [item.id, item]))
  const bodies = new Map<string, Uint8Array>()
  const replaced = new Map<string, { readonly from: MessageTable; readonly to: Uint8Array }>()
  const statements: Statement[] = []
  const opened = items.map((item): InboundMessage => {
    if (!isSealed(item)) return item
    const { id } = item.view.target!
    const place = placeOf(item.chat.jid, id)
    const stored = facts.sealTargets.get(place)
    const near = inChunk.get(id)
    const target = stored ?? (near && messageRow(deviceId, near, 'history'))
    if (!target) {
      statements.push(marks.putIfNewer(waitingMark(deviceId, item)))
      return item
    }
    const body = stored ? (replaced.get(id)?.to ?? stored.body) : (bodies.get(id) ?? target.body)
    const seal = openSeal(engine, device, item, { ...target, body })
    if (!seal) return item
    const said = { ...item, view: seal.view }
    if (seal.changed && mayReplace(said, target)) {
      if (stored) replaced.set(id, { from: stored, to: seal.changed })
      else bodies.set(id, seal.changed)
    }
    return said
  })
  for (const { from, to } of replaced.values()) statements.push(messages.replace(deviceId, from, to, outdated))
  return { items: opened, bodies, statements }
}

function planChanges(
  scene: HistoryScene,
  items: readonly InboundMessage[],
  rows: readonly NewMessageRow[],
  unsealed: ReadonlyMap<string, readonly MarkRow[]>,
): Statement[] {
  const { deviceId, device, facts, stores } = scene
  const inChunk = new Map(rows.map((row) => [row.id, row]))
  const marked = new Map(facts.marked)
  return items.flatMap((item) => {
    const change = changeOf(device, item)
    if (!change) return []
    const place = placeOf(item.chat.jid, change.targetId)
    const known = [...(marked.get(place) ?? []), ...(unsealed.get(change.targetId) ?? [])]
    const target = facts.stored.get(place) ?? inChunk.get(change.targetId)
    const planned = planChange(change, item, { deviceId, ...stores, target, known, outdated })
    if (planned.outcome === 'advances') marked.set(place, [...known, markOf(deviceId, change, item)])
    return planned.statements
  })
}
