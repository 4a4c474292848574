import { type Account, type Engine, isGroupJid, statusJid } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { Media } from '../media/media.ts'
import type { Addresses, BothAddresses } from '../people/addresses.ts'
import type { ContactStore } from '../storage/contact-store.ts'
import type { MarkStore } from '../storage/mark-store.ts'
import type { Cursor } from '../storage/message-reads.ts'
import type { MessageStore } from '../storage/message-store.ts'
import type { ReceiptRow, ReceiptStore } from '../storage/receipt-store.ts'
import type { MessageTable } from '../storage/schema.ts'
import type { ListOptions, MessagePage, QuotableMessage, StateChange, StoredMessage } from './messages.ts'
import { namesIn, type ReadRow, storedMessage } from './stored-message.ts'

const order = ['queued', 'sending', 'cancelled', 'expired', 'failed', 'unknown', 'sent', 'delivered', 'read', 'played']
const receiptStates = ['delivered', 'read', 'played'] as const

/** What happened to a message: the gateway's own steps, then how far it came with each person. */
function historyOf(
  steps: readonly Omit<StateChange, 'actor'>[],
  receipts: readonly ReceiptRow[],
  both: BothAddresses,
): StateChange[] {
  const reached = receipts.flatMap((row) =>
    receiptStates.flatMap((state) => {
      const at = row[`${state}_at`]
      return at === null ? [] : [{ state, actor: both(row.person), reason: null, at: Number(at) }]
    }),
  )
  const own = steps.map(({ state, reason, at }) => ({ state, reason, at: Number(at) }))
  // WhatsApp's times are whole seconds, so that a receipt may seem older than the send it is for.
  return [...own, ...reached].sort(
    (one, other) => order.indexOf(one.state) - order.indexOf(other.state) || one.at - other.at,
  )
}

/** A message there can be answered in the chat with its author. */
const isAnsweredInPrivate = (chat: string): boolean => isGroupJid(chat) || chat === statusJid

/** Messages of one chat that a search looks at: there is no index of words, and no text outside the table of messages. */
const mostSearched = 1000

interface ReaderParts {
  readonly contacts: Pick<ContactStore, 'usernames'>
  readonly messages: MessageStore
  readonly receipts: ReceiptStore
  readonly marks: MarkStore
  readonly addresses: Addresses
  readonly engine: Pick<Engine, 'describe'>
  readonly media: Pick<Media, 'references'>
  readonly account: (deviceId: string) => Account | undefined
  readonly clock: { now(): number }
}

const placeOf = (row: MessageTable): Cursor => ({
  sentAt: Number(row.sent_at),
  createdAt: Number(row.created_at),
  id: row.id,
})

/** Answers what was said, from the store. */
export class MessageReader {
  readonly #parts: ReaderParts

  constructor(parts: ReaderParts) {
    this.#parts = parts
  }

  async get(
    deviceId: string,
    messageId: string,
    chat?: string,
  ): Promise<{ message: StoredMessage; history: StateChange[] } | undefined> {
    const { messages, receipts } = this.#parts
    const row = await messages.find(deviceId, messageId, chat)
    if (!row) return undefined
    const [steps, known] = await Promise.all([
      messages.history(deviceId, messageId),
      receipts.find(deviceId, [row.chat], [messageId]),
    ])
    const [read] = await this.#read(deviceId, [row])
    if (!read) return undefined
    const both = await this.#lookUp(deviceId, [...namesIn(read), ...known.map(({ person }) => person)])
    const [message] = await this.#shown(deviceId, [read], both)
    return message && { message, history: historyOf(steps, known, both) }
  }

  /** If a request could name a message of any chat, its content could reach people of another chat. */
  async quotable(deviceId: string, messageId: string, chat: string): Promise<QuotableMessage | undefined> {
    const { messages, addresses } = this.#parts
    const rows = await messages.findAll(deviceId, messageId)
    const both = await addresses.lookUp(
      deviceId,
      rows.flatMap((row) => [row.chat, row.sender]),
    )
    const row =
      rows.find((row) => both(row.chat).jid === chat) ??
      rows.find((row) => isAnsweredInPrivate(row.chat) && both(row.sender).jid === chat)
    if (!row?.body) return undefined
    const since = row.edited_at === null || row.text === null ? {} : { text: row.text }
    return { id: row.id, chat: both(row.chat).jid, sender: both(row.sender).jid, message: row.body, ...since }
  }

  /** Bytes of a message of ours, for a recipient who asks for it again. Nobody gets what was said in another chat, whatever id they name.
   *  @param chats the chat of who asks, by every address under which it may be stored */
  async sent(deviceId: string, chats: readonly string[], messageId: string): Promise<Uint8Array | undefined> {
    const rows = await this.#parts.messages.findAll(deviceId, messageId)
    return rows.find((row) => row.from_me === 1 && chats.includes(row.chat))?.body ?? undefined
  }

  /** @param chat the address under which the chat is stored. @throws AppError message_not_found when a cursor is no message of the chat */
  async list(
    deviceId: string,
    chat: string,
    { limit, before, after, containing, from }: Omit<ListOptions, 'chat'>,
  ): Promise<MessagePage> {
    const [older, newer] = await Promise.all([
      from?.towards === 'older' ? from : this.#cursor(deviceId, chat, before),
      from?.towards === 'newer' ? from : this.#cursor(deviceId, chat, after),
    ])
    const options = {
      limit,
      ...(older && { before: older }),
      ...(newer && { after: newer }),
      ...(containing !== undefined && { containing }),
    }
    const { rows, isLast } = await this.#parts.messages.list(deviceId, chat, options)
    const read = await this.#read(deviceId, rows)
    const both = await this.#lookUp(deviceId, read.flatMap(namesIn))
    const towards = newer && !older ? 'newer' : 'older'
    const end = towards === 'newer' ? rows[0] : rows.at(-1)
    return {
      messages: await this.#shown(deviceId, read, both),
      next: isLast || !end ? undefined : { towards, ...placeOf(end) },
    }
  }

  async search(deviceId: string, chat: string, containing: string, limit: number): Promise<StoredMessage[]> {
    const ids = await this.#parts.messages.search(deviceId, chat, { containing, among: mostSearched, limit })
    const found = await this.at(
      deviceId,
      ids.map((id) => ({ chat, id })),
    )
    return ids.flatMap((id) => found.find((message) => message.id === id) ?? [])
  }

  async at(
    deviceId: string,
    places: readonly { readonly chat: string; readonly id: string }[],
  ): Promise<StoredMessage[]> {
    const read = await this.#read(deviceId, await this.#parts.messages.at(deviceId, places))
    const both = await this.#lookUp(deviceId, read.flatMap(namesIn))
    return this.#shown(deviceId, read, both)
  }

  async #shown(deviceId: string, read: readonly ReadRow[], both: BothAddresses): Promise<StoredMessage[]> {
    const senders = read.map(({ row }) => both(row.sender).jid)
    const usernames = await this.#parts.contacts.usernames(deviceId, senders)
    return read.map((each) => storedMessage(each, both, this.#parts.clock.now(), usernames))
  }

  async #read(deviceId: string, rows: readonly MessageTable[]): Promise<ReadRow[]> {
    const { engine, marks, media } = this.#parts
    const ids = rows.map(({ id }) => id)
    const known = await marks.find(deviceId, [...new Set(rows.map(({ chat }) => chat))], ids)
    const about = Map.groupBy(known, ({ chat, message_id }) => `${chat} ${message_id}`)
    const described = rows.map((row) => ({ row, view: row.body ? engine.describe(row.body) : undefined }))
    const of = ({ row: { chat, id }, view }: (typeof described)[number]) => ({ chat, id, view })
    const reference = await media.references(deviceId, described.map(of))
    return described.map((each) => ({
      ...each,
      marks: about.get(`${each.row.chat} ${each.row.id}`) ?? [],
      media: reference(of(each)),
    }))
  }

  #lookUp(deviceId: string, jids: readonly string[]): Promise<BothAddresses> {
    return this.#parts.addresses.lookUp(deviceId, jids, this.#parts.account(deviceId))
  }

  async #cursor(deviceId: string, chat: string, messageId: string | undefined): Promise<Cursor | undefined> {
    if (messageId === undefined) return undefined
    const row = await this.#parts.messages.find(deviceId, messageId, chat)
    if (!row) throw new AppError('message_not_found')
    return placeOf(row)
  }
}
