import type { Address, MessageView } from '@switchboard/engine'
import type { BothAddresses } from '../people/addresses.ts'
import type { MessageTable } from '../storage/schema.ts'
import type { StoredMessage } from './messages.ts'

/** A row and what its bytes say. */
export interface ReadRow {
  readonly row: MessageTable
  readonly view: MessageView | undefined
}

/** Everybody whom a message names. */
export const namesIn = ({ row, view }: ReadRow): string[] => [
  row.chat,
  row.sender,
  ...(view?.quoted?.sender === undefined ? [] : [view.quoted.sender]),
  ...(view?.mentions ?? []),
]

const taken: ReadonlySet<string> = new Set(['sent', 'delivered', 'read', 'played'])

/** WhatsApp's time of a message; null for one of ours that WhatsApp has not taken over. Until then its row has the time at which it was accepted. */
export const sentAtOf = (row: Pick<MessageTable, 'source' | 'state' | 'sent_at'>): number | null =>
  row.source !== 'sent' || taken.has(row.state) ? Number(row.sent_at) : null

/** A message as it leaves: what only its bytes tell is read from them, and everybody has both addresses. */
export function storedMessage({ row, view }: ReadRow, both: BothAddresses): StoredMessage {
  const quotedSender: Address | undefined = view?.quoted?.sender === undefined ? undefined : both(view.quoted.sender)
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
    state: row.state,
    stateReason: row.state_reason,
    source: row.source,
    createdAt: Number(row.created_at),
    sentAt: sentAtOf(row),
  }
}
