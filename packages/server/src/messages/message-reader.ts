import { AppError } from '../errors/app-error.ts'
import type { Cursor, MessageStore } from '../storage/message-store.ts'
import type { ReceiptRow, ReceiptStore } from '../storage/receipt-store.ts'
import type { MessageTable } from '../storage/schema.ts'
import type { ListOptions, QuotableMessage, StateChange, StoredMessage } from './messages.ts'

const toStored = (row: MessageTable): StoredMessage => ({
  id: row.id,
  chat: row.chat,
  sender: row.sender,
  fromMe: row.from_me === 1,
  type: row.type,
  text: row.text,
  quotedId: row.quoted_id,
  pushName: row.push_name,
  state: row.state,
  stateReason: row.state_reason,
  source: row.source,
  sentAt: Number(row.sent_at),
})

const order = ['queued', 'sending', 'cancelled', 'expired', 'failed', 'unknown', 'sent', 'delivered', 'read', 'played']
const receiptStates = ['delivered', 'read', 'played'] as const

/** What happened to a message: the gateway's own steps, then how far it came with each person. */
function historyOf(steps: readonly StateChange[], receipts: readonly ReceiptRow[]): StateChange[] {
  const reached = receipts.flatMap((row) =>
    receiptStates.flatMap((state) => {
      const at = row[`${state}_at`]
      return at === null ? [] : [{ state, actor: row.person, reason: null, at: Number(at) }]
    }),
  )
  const all = [...steps.map((step) => ({ ...step, at: Number(step.at) })), ...reached]
  // WhatsApp's times are whole seconds, so that a receipt may seem older than the send it is for.
  return all.sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state) || one.at - other.at)
}

/** Answers what was said, from the store. */
export class MessageReader {
  readonly #messages: MessageStore
  readonly #receipts: ReceiptStore

  constructor(messages: MessageStore, receipts: ReceiptStore) {
    this.#messages = messages
    this.#receipts = receipts
  }

  async get(
    deviceId: string,
    messageId: string,
  ): Promise<{ message: StoredMessage; history: StateChange[] } | undefined> {
    const row = await this.#messages.find(deviceId, messageId)
    if (!row) return undefined
    const [steps, receipts] = await Promise.all([
      this.#messages.history(deviceId, messageId),
      this.#receipts.find(deviceId, [row.chat], [messageId]),
    ])
    return { message: toStored(row), history: historyOf(steps, receipts) }
  }

  async quotable(deviceId: string, messageId: string): Promise<QuotableMessage | undefined> {
    const row = await this.#messages.find(deviceId, messageId)
    if (!row?.body) return undefined
    return { id: row.id, chat: row.chat, sender: row.sender, message: row.body }
  }

  /** Bytes of a message of ours, for a recipient who asks for it again. Nobody gets what was said in another chat, whatever id they name.
   *  @param chats the chat of who asks, by every address under which it may be stored */
  async sent(deviceId: string, chats: readonly string[], messageId: string): Promise<Uint8Array | undefined> {
    const row = await this.#messages.find(deviceId, messageId)
    return row?.from_me === 1 && chats.includes(row.chat) ? (row.body ?? undefined) : undefined
  }

  /** @param chat the address under which the chat is stored. @throws AppError message_not_found when a cursor is no message of the chat */
  async list(
    deviceId: string,
    chat: string,
    { limit, before, after }: Omit<ListOptions, 'chat'>,
  ): Promise<StoredMessage[]> {
    const [older, newer] = await Promise.all([
      before === undefined ? undefined : this.#cursor(deviceId, chat, before),
      after === undefined ? undefined : this.#cursor(deviceId, chat, after),
    ])
    const options = { limit, ...(older && { before: older }), ...(newer && { after: newer }) }
    return (await this.#messages.list(deviceId, chat, options)).map(toStored)
  }

  async #cursor(deviceId: string, chat: string, messageId: string): Promise<Cursor> {
    const row = await this.#messages.find(deviceId, messageId)
    if (row?.chat !== chat) throw new AppError('message_not_found')
    return { sentAt: Number(row.sent_at), createdAt: Number(row.created_at), id: row.id }
  }
}
