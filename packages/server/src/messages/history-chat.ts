import type { InboundHistory, InboundMessage } from '@switchboard/engine'
import { newestTimer } from '../chats/timer-of.ts'
import type { Scene } from '../kit/define-planner.ts'
import { isOwnAddress } from '../people/addresses.ts'
import { outdated } from '../sessions/plan-outdated.ts'
import type { ChatStore } from '../storage/chat-store.ts'
import type { Statement } from '../storage/database.ts'
import type { MarkRow, MarkStore } from '../storage/mark-store.ts'
import type { MessageFacts } from '../storage/message-reads.ts'
import type { MessageStore, NewMessageRow } from '../storage/message-store.ts'
import type { ReceiptRow } from '../storage/receipt-store.ts'
import { changeOf, markOf, planChange } from './change.ts'
import { lateMessage } from './late-message.ts'
import { messageRow } from './message-row.ts'

interface HistoryScene extends Scene {
  readonly stores: { readonly messages: MessageStore; readonly marks: MarkStore; readonly chats: ChatStore }
  /** What is stored already, by {@link placeOf}. */
  readonly facts: {
    readonly stored: ReadonlyMap<string, MessageFacts>
    readonly marked: ReadonlyMap<string, readonly MarkRow[]>
    readonly received: ReadonlyMap<string, readonly ReceiptRow[]>
    /** Chats in which something was said, and whether history of them is stored already. */
    readonly known: ReadonlyMap<string, { readonly hasHistory: boolean }>
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

/** One chat of a part of history. What is stored already stays as it is, and gets what the history says about it. Pure. */
export function planHistoryChat(scene: HistoryScene, conversation: Conversation): Statement[] {
  const { deviceId, device, now, facts } = scene
  const { messages, chats } = scene.stores
  const jid = conversation.chat.jid
  const items = conversation.messages
    // What the phone has accepted was allowed, no matter who asked for it.
    .map((item): InboundMessage => ({ ...item, chat: conversation.chat, byAdmin: true }))
    .toSorted((one, other) => one.at - other.at)
  const rows = items.map((item) => {
    const row = messageRow(deviceId, item, 'history')
    if (changeOf(device, item)) return row
    const place = placeOf(jid, item.id)
    return lateMessage(row, item, facts.marked.get(place) ?? [], facts.received.get(place) ?? [], (each) =>
      isOwnAddress(device, each),
    ).row
  })
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
  return [...statements, ...messages.insertHistory(marked, now), ...planChanges(scene, items, rows)]
}

function planChanges(
  scene: HistoryScene,
  items: readonly InboundMessage[],
  rows: readonly NewMessageRow[],
): Statement[] {
  const { deviceId, device, facts, stores } = scene
  const inChunk = new Map(rows.map((row) => [row.id, row]))
  const marked = new Map(facts.marked)
  return items.flatMap((item) => {
    const change = changeOf(device, item)
    if (!change) return []
    const place = placeOf(item.chat.jid, change.targetId)
    const known = marked.get(place) ?? []
    const target = facts.stored.get(place) ?? inChunk.get(change.targetId)
    const planned = planChange(change, item, { deviceId, ...stores, target, known, outdated })
    if (planned.outcome === 'advances') marked.set(place, [...known, markOf(deviceId, change, item)])
    return planned.statements
  })
}
