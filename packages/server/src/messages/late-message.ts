import type { InboundMessage } from '@switchboard/engine'
import type { MarkRow } from '../storage/mark-store.ts'
import { mayBecome, type NewMessageRow } from '../storage/message-store.ts'
import type { ReceiptRow } from '../storage/receipt-store.ts'
import { isDeletion, isPerson } from './change.ts'

interface Late {
  readonly row: NewMessageRow
  /** The event of the message; undefined when it was taken back before it came. */
  readonly item: InboundMessage | undefined
}

const states = ['delivered', 'read', 'played'] as const

/** A message after which more is known already: edited, taken back or read before it came, as when it had to be asked for again. Pure. */
export function lateMessage(
  row: NewMessageRow,
  item: InboundMessage,
  marks: readonly MarkRow[],
  receipts: readonly ReceiptRow[],
  isOwn: (jid: string) => boolean,
): Late {
  const read = { ...row, state: stateOf(row, receipts, isOwn) }
  const deletion = marks.find(
    (mark) => isDeletion(mark, row.sender) || (mark.kind === 'revoke' && isPerson(item.sender, mark.sender)),
  )
  if (deletion) {
    const gone = { text: null, body: null, deleted_at: Number(deletion.at), deleted_by: deletion.sender }
    return { row: { ...read, ...gone }, item: undefined }
  }
  const edit = marks.findLast((mark) => mark.kind === 'edit' && isPerson(item.sender, mark.sender))
  if (!edit) return { row: read, item }
  const edited = { ...item, view: { ...item.view, text: edit.value, edited: true } }
  return { row: { ...read, text: edit.value, edited_at: Number(edit.at) }, item: edited }
}

/** How far it came with its recipients, or on the own other devices. */
function stateOf(row: NewMessageRow, receipts: readonly ReceiptRow[], isOwn: (jid: string) => boolean): string {
  let { state } = row
  for (const to of states) {
    const reached = receipts.some(
      (receipt) => receipt[`${to}_at`] !== null && isOwn(receipt.person) === (row.from_me === 0),
    )
    if (reached && mayBecome(to, state)) state = to
  }
  return state
}
