import type { Address, MessageView } from '@switchboard/engine'
import type { MediaReference } from '../media/media-context.ts'
import type { BothAddresses } from '../people/addresses.ts'
import type { MarkRow } from '../storage/mark-store.ts'
import type { MessageTable } from '../storage/schema.ts'
import type { EventResponse, Reaction, StoredMessage } from './messages.ts'

/** A row, what its bytes say, and what was said about it, oldest first. */
export interface ReadRow {
  readonly row: MessageTable
  readonly view: MessageView | undefined
  readonly marks: readonly MarkRow[]
  readonly media: MediaReference | undefined
}

interface PinValue {
  readonly pinned?: boolean
  readonly seconds?: number
  readonly by: string
}

const pinOf = (marks: readonly MarkRow[]): { at: number; value: PinValue } | undefined => {
  const mark = marks.findLast(({ kind }) => kind === 'pin')
  return mark && { at: Number(mark.at), value: JSON.parse(mark.value) as PinValue }
}

/** All people that a message names. */
export const namesIn = ({ row, view, marks }: ReadRow): string[] => [
  row.chat,
  row.sender,
  ...(row.deleted_by === null ? [] : [row.deleted_by]),
  ...(view?.quoted?.sender === undefined ? [] : [view.quoted.sender]),
  ...(view?.mentions ?? []),
  ...marks.flatMap(({ kind, sender }) => (kind === 'reaction' || kind === 'event_response' ? [sender] : [])),
  ...[pinOf(marks)?.value.by].filter((by) => by !== undefined),
]

const taken: ReadonlySet<string> = new Set(['sent', 'delivered', 'read', 'played'])

/** WhatsApp's time of a message; null for an own message that WhatsApp has not accepted. Until then its row has the time at which it was accepted. */
export const sentAtOf = (row: Pick<MessageTable, 'source' | 'state' | 'sent_at'>): number | null =>
  row.source !== 'sent' || taken.has(row.state) ? Number(row.sent_at) : null

/** A message as it leaves: what only its bytes tell is read from them, what was said about it hangs on it, and everybody has both addresses. */
export function storedMessage(
  { row, view, marks, media }: ReadRow,
  both: BothAddresses,
  now: number,
  usernames: ReadonlyMap<string, string>,
): StoredMessage {
  const quotedSender: Address | undefined = view?.quoted?.sender === undefined ? undefined : both(view.quoted.sender)
  const has = (kind: MarkRow['kind']) => marks.findLast((mark) => mark.kind === kind && mark.value !== '') !== undefined
  return {
    id: row.id,
    chat: both(row.chat),
    sender: both(row.sender),
    fromMe: row.from_me === 1,
    type: row.type,
    text: row.text,
    quoted: row.quoted_id === null ? null : { id: row.quoted_id, ...(quotedSender && { sender: quotedSender }) },
    mentions: (view?.mentions ?? []).map(both),
    pushName: row.push_name,
    username: usernames.get(both(row.sender).jid),
    state: row.state,
    stateReason: row.state_reason,
    source: row.source,
    createdAt: Number(row.created_at),
    sentAt: sentAtOf(row),
    sendAt: row.state === 'scheduled' ? Number(row.sent_at) : null,
    editedAt: row.edited_at === null ? null : Number(row.edited_at),
    deleted: row.deleted_at === null ? null : { at: Number(row.deleted_at), by: both(row.deleted_by ?? row.sender) },
    reactions: reactionsIn(marks, both),
    eventResponses: responsesIn(marks, both),
    pinned: pinnedBy(marks, both, now),
    kept: has('keep'),
    starred: has('star'),
    view,
    media,
    body: row.body ?? undefined,
  }
}

/** One mark a person: the newest, under whichever address it came. */
function newestOf(kind: MarkRow['kind'], marks: readonly MarkRow[], both: BothAddresses) {
  const newest = new Map<string, { readonly value: string; readonly sender: Address; readonly at: number }>()
  for (const { kind: its, sender, value, at } of marks) {
    if (its === kind) newest.set(both(sender).jid, { value, sender: both(sender), at: Number(at) })
  }
  return [...newest.values()].sort((one, other) => one.at - other.at)
}

const reactionsIn = (marks: readonly MarkRow[], both: BothAddresses): Reaction[] =>
  newestOf('reaction', marks, both).flatMap(({ value, ...by }) => (value === '' ? [] : [{ emoji: value, ...by }]))

const responsesIn = (marks: readonly MarkRow[], both: BothAddresses): EventResponse[] =>
  newestOf('event_response', marks, both).map(({ value, ...by }) => ({
    ...(JSON.parse(value) as Pick<EventResponse, 'response' | 'extraGuests'>),
    ...by,
  }))

function pinnedBy(marks: readonly MarkRow[], both: BothAddresses, now: number): StoredMessage['pinned'] {
  const pin = pinOf(marks)
  if (!pin?.value.pinned) return null
  const until = pin.value.seconds === undefined ? undefined : pin.at + pin.value.seconds * 1000
  return until !== undefined && until <= now ? null : { by: both(pin.value.by), ...(until !== undefined && { until }) }
}
