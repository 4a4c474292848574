import type { Address, NewestMessage } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { Messages, StoredMessage } from '../messages/messages.ts'
import type { Addresses } from '../people/addresses.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { type ChatPlace, ChatStore, type ListedChat } from '../storage/chat-store.ts'
import type { Database } from '../storage/database.ts'
import { LabelStore } from '../storage/label-store.ts'

/** A chat as a list of chats shows it. Instants are Unix ms. */
export interface Chat {
  readonly address: Address
  /** What the account calls it, else what the other person is called; null when nothing is known. */
  readonly name: string | null
  readonly lastMessage: StoredMessage | null
  readonly unread: number
  /** Marked as unread by hand. */
  readonly markedUnread: boolean
  readonly archived: boolean
  readonly pinnedAt: number | null
  /** -1: without end. */
  readonly mutedUntil: number | null
  readonly labels: readonly string[]
  /** Seconds after which messages disappear, 0 for never; null when nothing is known. */
  readonly timerSeconds: number | null
}

interface ChatListParts {
  readonly database: Database
  readonly sessions: Sessions
  readonly addresses: Addresses
  readonly messages: Pick<Messages, 'at'>
  readonly clock: { now(): number }
}

const orNull = (value: number | null): number | null => (value === null ? null : Number(value))

const placeOf = ({ last_message_at, jid }: ListedChat): ChatPlace => ({ lastMessageAt: Number(last_message_at), jid })

/** The chats of a device, as its owner sees them. */
export class ChatList {
  readonly #parts: ChatListParts
  readonly #store: ChatStore
  readonly #labels: LabelStore

  constructor(parts: ChatListParts) {
    this.#parts = parts
    this.#store = new ChatStore(parts.database)
    this.#labels = new LabelStore(parts.database)
  }

  /** The chats with the newest messages first. `next`: where the next page begins, undefined on the last. */
  async list(
    deviceId: string,
    page: { limit: number; after?: ChatPlace },
  ): Promise<{ chats: Chat[]; next?: ChatPlace }> {
    const { rows, isLast } = await this.#store.list(deviceId, page)
    const next = isLast ? undefined : rows.map(placeOf).at(-1)
    return { chats: await this.#toChats(deviceId, rows), ...(next && { next }) }
  }

  /** The same chats, without what is known about them. */
  async places(
    deviceId: string,
    page: { limit: number; after?: ChatPlace },
  ): Promise<{ places: ChatPlace[]; next?: ChatPlace }> {
    const { rows, isLast } = await this.#store.list(deviceId, page)
    const places = rows.map(placeOf)
    const next = isLast ? undefined : places.at(-1)
    return { places, ...(next && { next }) }
  }

  async find(deviceId: string, jid: string): Promise<Chat | undefined> {
    const row = await this.#store.find(deviceId, jid)
    return row && (await this.#toChats(deviceId, [row]))[0]
  }

  /** The newest message of a chat; undefined when nothing was said there that is known here. */
  async newest(deviceId: string, jid: string): Promise<NewestMessage | undefined> {
    const message = (await this.find(deviceId, jid))?.lastMessage
    if (!message) return undefined
    const { id, fromMe, sender, sentAt, createdAt } = message
    return { id, fromMe, sender: sender.jid, at: sentAt ?? createdAt }
  }

  /** Marks a chat as unread by hand, or takes that mark off, on every device of the account. Sends no receipts.
   *  @throws AppError chat_not_found when nothing was said in it, device_not_connected */
  async mark(deviceId: string, jid: string, unread: boolean): Promise<void> {
    const newest = await this.newest(deviceId, jid)
    if (!newest) throw new AppError('chat_not_found', 'No message of this chat is known here')
    await this.#parts.sessions.require(deviceId).use('chatSettings').markRead(jid, !unread, newest)
  }

  async #toChats(deviceId: string, rows: readonly ListedChat[]): Promise<Chat[]> {
    const { addresses, messages, clock } = this.#parts
    const places = rows.flatMap(({ jid: chat, last_message_id: id }) => (id === null ? [] : [{ chat, id }]))
    const jids = rows.map(({ jid }) => jid)
    const [both, newest, labels] = await Promise.all([
      addresses.lookUp(deviceId, jids),
      messages.at(deviceId, places),
      this.#labels.ofChats(deviceId, jids),
    ])
    const lastMessages = new Map(newest.map((message) => [message.chat.jid, message]))
    const now = clock.now()
    return rows.map((row) => {
      const mutedUntil = orNull(row.muted_until)
      return {
        address: both(row.jid),
        name: row.full_name ?? row.name ?? row.business_name ?? row.push_name ?? null,
        lastMessage: lastMessages.get(both(row.jid).jid) ?? null,
        unread: row.unread,
        markedUnread: row.marked_unread === 1,
        archived: row.archived === 1,
        pinnedAt: orNull(row.pinned_at),
        mutedUntil: mutedUntil !== null && mutedUntil !== -1 && mutedUntil <= now ? null : mutedUntil,
        labels: labels.get(row.jid) ?? [],
        timerSeconds: row.expiry_seconds,
      }
    })
  }
}
