import { type Address, type InboundMessage, isGroupJid } from '@switchboard/engine'
import type { DeviceContext, EventSource } from '../events/event-source.ts'
import { statusChat } from '../events/fields.ts'
import { targetAuthor } from '../inbound/target-author.ts'
import type { Statement } from '../storage/database.ts'
import type { MarkKind, MarkRow, MarkStore } from '../storage/mark-store.ts'
import type { MessageFacts } from '../storage/message-reads.ts'
import type { MessageStore } from '../storage/message-store.ts'

/** What a message says about another one. */
export interface Change {
  readonly kind: MarkKind
  /** Where the message is that it is about: a status, or one of the same chat. */
  readonly chat: Address
  readonly targetId: string
  /** Who wrote that one, as the message claims. */
  readonly author: Address | undefined
  readonly value: string
}

/** How a deletion is marked that was not made by the author. */
export const byAdmin = 'admin'

export const isPerson = (address: Address, jid: string): boolean => jid === address.jid || jid === address.lid

/** What a message says about another one; undefined for one that speaks for itself. */
export function changeOf(device: DeviceContext, item: InboundMessage): Change | undefined {
  const { view } = item
  if (!view.target) return undefined
  // A reaction to a status comes in the chat with its author.
  const chat = view.target.chat === statusChat ? { jid: statusChat } : item.chat
  const about = { chat, targetId: view.target.id, author: targetAuthor(device, item) }
  switch (view.type) {
    case 'reaction':
      return { ...about, kind: 'reaction', value: view.emoji ?? '' }
    case 'edit':
      return { ...about, kind: 'edit', value: view.text ?? '' }
    case 'revoke':
      return { ...about, kind: 'revoke', value: about.author?.jid === item.sender.jid ? '' : byAdmin }
    case 'pin':
      return { ...about, kind: 'pin', value: JSON.stringify({ ...view.pin, by: item.sender.jid }) }
    case 'event_response':
      return view.eventResponse && { ...about, kind: 'event_response', value: JSON.stringify(view.eventResponse) }
    case 'keep':
      return { ...about, kind: 'keep', value: view.keep?.kept === false ? '' : 'kept' }
    default:
      return undefined
  }
}

/** What hangs on a message, and goes with it when it is taken back. */
const allOfMessage: readonly MarkKind[] = [
  ...(['edit', 'reaction', 'pin', 'keep', 'star', 'vote', 'event_response', 'sealed'] as const),
]

const hasOnce: ReadonlySet<MarkKind> = new Set(['pin', 'keep', 'star'])

/** A change as it is kept. What a message has once has no owner. */
export const markOf = (deviceId: string, { kind, chat, targetId, value }: Change, item: InboundMessage): MarkRow => ({
  device_id: deviceId,
  chat: chat.jid,
  message_id: targetId,
  kind,
  sender: hasOnce.has(kind) ? '' : item.sender.jid,
  id: item.id,
  value,
  at: item.at,
})

/** Whether somebody may make a change: words only their author, and in a group an admin may take back everybody's.
 *  @param owner who wrote the message; the one who is claimed when it is not known */
function isAllowed(change: Change, item: InboundMessage, owner: string | undefined): boolean {
  if (change.kind !== 'edit' && change.kind !== 'revoke') return true
  if (change.author && isPerson(change.author, item.sender.jid))
    return owner === undefined || isPerson(item.sender, owner)
  return change.kind === 'revoke' && isGroupJid(item.chat.jid) && item.byAdmin === true
}

/** Whether a mark that is known makes a change old news. */
const isOld = (mark: MarkRow | undefined, item: InboundMessage): boolean =>
  mark !== undefined && (mark.id === item.id || Number(mark.at) > item.at)

interface ChangeScene {
  readonly deviceId: string
  readonly messages: MessageStore
  readonly marks: MarkStore
  /** The message that it is about, when it is stored. */
  readonly target: MessageFacts | undefined
  /** What is known about that one. */
  readonly known: readonly MarkRow[]
  /** Makes the error when more is known by now. */
  readonly outdated: () => Error
}

interface PlannedChange {
  readonly outcome: 'advances' | 'old' | 'forbidden'
  readonly statements: readonly Statement[]
  readonly told: readonly EventSource[]
}

/** What a change does to the message that it is about. Pure. */
export function planChange(change: Change, item: InboundMessage, scene: ChangeScene): PlannedChange {
  const { deviceId, messages, marks, target, known, outdated } = scene
  const { kind, targetId, value } = change
  const owner = target?.sender ?? change.author?.jid
  if (!isAllowed(change, item, owner)) return { outcome: 'forbidden', statements: [], told: [] }
  const mark = markOf(deviceId, change, item)
  const before = known.filter(
    (each) => each.kind === kind && (each.sender === mark.sender || isPerson(item.sender, each.sender)),
  )
  const deleted = (target && target.deleted_at !== null) || known.some((each) => isDeletion(each, owner))
  if (deleted || before.some((each) => isOld(each, item))) return { outcome: 'old', statements: [], told: [] }
  const chat = change.chat.jid
  const { at } = item
  const statements = before
    .filter(({ sender }) => sender !== mark.sender)
    .map(({ sender }) => marks.drop(deviceId, chat, targetId, { kinds: [kind], sender }))
  // The words of an edit are kept with its message, and here only as long as that has not come.
  statements.push(marks.put(kind === 'edit' && target ? { ...mark, value: '' } : mark, outdated))
  if (kind === 'edit' && target) statements.push(messages.edit(deviceId, chat, targetId, { text: value, at }))
  if (kind === 'revoke') {
    statements.push(marks.drop(deviceId, chat, targetId, { kinds: allOfMessage }))
    statements.push(...messages.delete(deviceId, chat, targetId, { at, by: item.sender.jid }))
  }
  return { outcome: 'advances', statements, told: toldOf(change, item, owner) }
}

/** Whether a mark takes a message of that author back. */
export const isDeletion = (mark: MarkRow, owner: string | undefined): boolean =>
  mark.kind === 'revoke' && (mark.value === byAdmin || owner === undefined || mark.sender === owner)

function toldOf(
  { kind, chat, targetId, author, value }: Change,
  item: InboundMessage,
  owner: string | undefined,
): EventSource[] {
  const { sender, fromMe, at, offline } = item
  const about = { messageId: targetId, chat, sender, fromMe, at, offline }
  const from = owner !== undefined && !(author && isPerson(author, owner)) ? { jid: owner } : author
  if (kind === 'reaction')
    return [item, { ...about, kind: 'message_reacted', reactionId: item.id, emoji: value, ...(from && { from }) }]
  if (kind === 'edit') return [item, { ...about, kind: 'message_edited', text: value }]
  if (kind === 'revoke') return [{ ...about, kind: 'message_deleted', from: from ?? sender }]
  return [item]
}
