import type { Message } from '../wire/proto/index.ts'
import type { Addressing } from '../world/address.ts'

/** How a phone stands to the file of a message.
 *  - here: fetched, every check passed
 *  - missing: the link led nowhere
 *  - flawed: fetched, but not what the message said
 *  - deleted: the owner removed it from the phone */
export type MediaState = 'here' | 'missing' | 'flawed' | 'deleted'

export interface ReceiptRecord {
  /** `delivery` stands for a receipt without a type. */
  readonly type: string
  /** Phone-number JID of the device that sent it. */
  readonly from: string
  readonly at: number
}

/** One message as this phone holds it. */
export interface ChatEntry {
  readonly id: string
  /** Phone-number JID of the other person. */
  readonly chat: string
  readonly chatLid: string
  readonly fromMe: boolean
  /** Phone-number JID of the sending device. */
  readonly sender: string
  readonly senderName?: string
  /** Message field that carries the content, without its suffix: text, image, reaction, protocol, … */
  readonly kind: string
  /** Of a comment, once it is opened. */
  text?: string
  readonly quotedId?: string
  /** Whether it was addressed by hidden id or by phone number; answers keep to it. */
  readonly addressing: Addressing
  /** World time, ms. */
  readonly at: number
  readonly message: Message
  /** Number that the channel gave a message of it. */
  serverId?: number
  readonly receipts: ReceiptRecord[]
  /** For sent ones: waiting, then sent, or failed with the server's code. */
  status: 'received' | 'waiting' | 'sent' | 'failed'
  error?: string
  revoked?: boolean
  editedText?: string
  /** Fields of the kind, by the names that {@link Outgoing} uses. */
  readonly details?: Readonly<Record<string, unknown>>
  /** The message that it is about: reacted to, edited, voted in. */
  readonly targetId?: string
  readonly forwarded?: true
  readonly viewOnce?: true
  readonly groupStatus?: true
  readonly mentions?: readonly string[]
  /** Seconds after which it disappears. */
  readonly expiresAfter?: number
  /** The other side's companions got a placeholder of that type instead. */
  readonly unavailable?: string
  /** Whether its file is here; absent when it carries none. */
  media?: MediaState
  /** Emoji by phone-number JID. */
  reactions?: Readonly<Record<string, string>>
  /** Of a poll: chosen options by phone-number JID. */
  votes?: Readonly<Record<string, readonly string[]>>
  /** Of an event: answers by phone-number JID. */
  eventResponses?: Readonly<Record<string, { readonly response: string; readonly extra_guests: number }>>
  kept?: boolean
  pinned?: boolean
}

/** What a phone shows: every message once, by chat, sender side and id. */
export class ChatLog {
  readonly #entries = new Map<string, ChatEntry>()
  /** Called with a new entry, and when the content or status of one changed. */
  onChange: (entry: ChatEntry) => void = () => {}
  /** Called with an entry that must be stored again, and its place in the log. */
  onStore: (entry: ChatEntry, place: number) => void = () => {}
  readonly #places = new Map<ChatEntry, number>()

  static #key(chatLid: string, fromMe: boolean, id: string): string {
    return `${chatLid}|${fromMe ? 'me' : 'them'}|${id}`
  }

  /** False when the message is already there. */
  add(entry: ChatEntry): boolean {
    const key = ChatLog.#key(entry.chatLid, entry.fromMe, entry.id)
    if (this.#entries.has(key)) return false
    this.#entries.set(key, entry)
    this.#places.set(entry, this.#places.size)
    this.store(entry)
    this.onChange(entry)
    return true
  }

  find(chatLid: string, fromMe: boolean, id: string): ChatEntry | undefined {
    return this.#entries.get(ChatLog.#key(chatLid, fromMe, id))
  }

  has(chatLid: string, fromMe: boolean, id: string): boolean {
    return this.find(chatLid, fromMe, id) !== undefined
  }

  touch(entry: ChatEntry): void {
    this.store(entry)
    this.onChange(entry)
  }

  /** Stores an entry again after its receipts changed. */
  store(entry: ChatEntry): void {
    this.onStore(entry, this.#places.get(entry) ?? this.#places.size)
  }

  list(chatLid?: string): ChatEntry[] {
    const all = [...this.#entries.values()]
    return chatLid === undefined ? all : all.filter((entry) => entry.chatLid === chatLid)
  }
}

/** After how long messages of a chat disappear. */
export interface ChatTimer {
  /** 0 is never. */
  readonly seconds: number
  /** When it was set, world time in seconds. */
  readonly since: number
}
