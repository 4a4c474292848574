import type { Address, ComposeContext, MessageView, OutgoingContent, QuotedMessage } from '@switchboard/engine'
import type { DeviceWork } from '../cluster/device-work.ts'
import type { MediaReference } from '../media/media-context.ts'
import type { SessionListener } from '../sessions/sessions.ts'
import type { Statement } from '../storage/database.ts'
import type { WaitingPlace } from '../storage/intent-store.ts'
import type { ComposedBefore, MadeContent } from './content-with-file.ts'

export type SendState =
  | 'scheduled'
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'played'
  | 'failed'
  | 'cancelled'
  | 'expired'
  | 'unknown'

/** Of a send that has not ended. */
export type WaitingState = Extract<SendState, 'scheduled' | 'queued' | 'sending'>

export interface SendRequest {
  readonly deviceId: string
  /** Full address or international digits. */
  readonly chat: string
  /** Or what makes it, once it is known that the send is a new one. What it throws is the answer, and nothing is sent. */
  readonly content: OutgoingContent | ComposedBefore | (() => MadeContent | Promise<MadeContent>)
  /** What goes with content of any kind. What the chat adds is known here. */
  readonly context?: Pick<ComposeContext, 'quoted' | 'mentions' | 'album' | 'groupStatus'>
  /** Id chosen before. When the device already has this message, nothing is sent again: the answer (or error) is the one of that message. */
  readonly messageId?: string | undefined
  readonly typingSimulation?: boolean
  readonly presenceSimulation?: boolean
  /** Not before then, Unix ms. */
  readonly sendAt?: number | undefined
  /** It answers what somebody did just now: quiet hours and the daily limit are not for it. */
  readonly urgent?: boolean
  /** Of a status, for {@link statusJid}: who gets it besides the own account. */
  readonly audience?: readonly string[]
  /** What becomes durable with the send, or not at all. What they throw is the answer, and nothing is sent. */
  readonly also?: readonly Statement[]
  /** How long the caller waits for the outcome; past it the answer is `queued` or `sending` and the send continues. */
  readonly waitMs: number
}

/** A message that is composed, and not sent. */
export interface Draft extends ComposedBefore {
  /** The address that WhatsApp has for the chat. */
  readonly chat: string
  /** What makes its file durable. */
  readonly statements: readonly Statement[]
  /** To be called when that is durable, or will not be. */
  release(): Promise<void>
}

/** Until when a scheduled send waits. */
export interface Wait {
  /** Unix ms. */
  readonly until: number
  /** `quiet_hours`, `daily_limit`; null: its sender named the time. */
  readonly reason: string | null
}

export interface SendResult {
  readonly messageId: string
  readonly chat: Address
  readonly state: SendState
  /** When the send was accepted, Unix ms: it never changes. */
  readonly createdAt: number
  /** WhatsApp's time, once it has taken the message over. */
  readonly sentAt: number | null
  /** Of a scheduled one. */
  readonly waits?: Wait | undefined
  /** What was sent; undefined when its bytes are gone. */
  readonly view: MessageView | undefined
}

export interface StoredMessage {
  readonly id: string
  readonly chat: Address
  readonly sender: Address
  readonly fromMe: boolean
  readonly type: string
  readonly text: string | null
  readonly quoted: { readonly id: string; readonly sender?: Address } | null
  readonly mentions: readonly Address[]
  readonly pushName: string | null
  /** User name of the sender, as it is now; undefined when none is known. */
  readonly username: string | undefined
  readonly state: string
  readonly stateReason: string | null
  readonly source: string
  /** When it was stored here; for a send when it was accepted. Never changes. */
  readonly createdAt: number
  /** WhatsApp's time; null while WhatsApp has not taken it over. */
  readonly sentAt: number | null
  /** When a scheduled one is to leave; null for any other. */
  readonly sendAt: number | null
  readonly editedAt: number | null
  /** Taken back for everybody; its text is gone. */
  readonly deleted: { readonly at: number; readonly by: Address } | null
  /** Oldest first. */
  readonly reactions: readonly Reaction[]
  /** Of an event: oldest first. */
  readonly eventResponses: readonly EventResponse[]
  /** `until`: Unix ms, absent when nobody said. */
  readonly pinned: { readonly by: Address; readonly until?: number } | null
  /** It stays although messages of its chat disappear. */
  readonly kept: boolean
  readonly starred: boolean
  /** What its bytes say; undefined when there are none. */
  readonly view: MessageView | undefined
  /** Where its file is; undefined when it has none. */
  readonly media: MediaReference | undefined
  /** The WhatsApp `Message` as it came or went; undefined when it was taken back or forgotten. */
  readonly body: Uint8Array | undefined
}

/** What somebody answered to an event, last. */
export interface EventResponse {
  readonly response: NonNullable<MessageView['eventResponse']>['response']
  readonly extraGuests?: number
  readonly sender: Address
  readonly at: number
}

export interface Reaction {
  readonly emoji: string
  readonly sender: Address
  readonly at: number
}

export interface StateChange {
  readonly state: string
  /** The person for whom it came so far; undefined for the gateway's own steps. */
  readonly actor?: Address
  readonly reason: string | null
  readonly at: number
}

/** Bytes and address of a stored message. */
export type QuotableMessage = QuotedMessage

export interface ListOptions {
  readonly chat: string
  readonly limit: number
  /** Message ids: the list is what is next to them, older or newer. */
  readonly before?: string
  readonly after?: string
  /** Only messages with these characters in their text, in capitals or not. */
  readonly containing?: string
  /** Continues after an earlier page. */
  readonly from?: PagePlace
}

/** Where the next page of a chat begins. */
export interface PagePlace {
  readonly towards: 'older' | 'newer'
  readonly sentAt: number
  readonly createdAt: number
  readonly id: string
}

export interface MessagePage {
  /** Newest first. */
  readonly messages: StoredMessage[]
  /** Undefined after the last page. */
  readonly next: PagePlace | undefined
}

export interface MarkReadOptions {
  /** Unix ms. */
  readonly until?: number
  readonly only?: readonly { readonly id: string; readonly sender: string }[]
}

/** How a message ends that was not sent, as far as anybody knows. */
export type NotSentState = 'failed' | 'expired' | 'unknown'

/** What was said and what is to be said. */
export interface Messages extends SessionListener, DeviceWork {
  /** Takes note of the sends that an earlier process left. Before anything is taken, and before sessions start. */
  start(): Promise<void>
  /** Makes the intent durable, sends it in the device's lane with pacing, waits for the outcome up to `waitMs`. A linked device need not be connected: what
   *  is taken while it connects leaves in order once it has.
   *  @throws AppError device_not_linked, device_not_connected, rate_limited; not_on_whatsapp, message_refused… when the failure is known in time; the message then is `failed`. */
  send(request: SendRequest): Promise<SendResult>
  /** Composes a message as {@link send} would, with everything that the chat adds, and sends nothing.
   *  @throws AppError device_not_linked, and what making the content throws */
  compose(request: SendRequest): Promise<Draft>
  /** @param chat the address under which its chat is stored: ids are unique within a chat only, and somebody may name one of another chat */
  get(
    deviceId: string,
    messageId: string,
    chat?: string,
  ): Promise<{ message: StoredMessage; history: StateChange[] } | undefined>
  /** A stored message of a chat in which something is to be done to it. @param chat full address or international digits
   *  @throws AppError message_not_found | invalid_jid | invalid_phone | unsupported */
  changeable(deviceId: string, messageId: string, chat: string): Promise<StoredMessage>
  /** A stored message of any chat, or of the chat that is named. @throws AppError message_not_found | invalid_jid | invalid_phone */
  forwardable(deviceId: string, messageId: string, chat: string | undefined): Promise<StoredMessage>
  /** Those of the messages that are stored, whatever kind of thing they are. */
  at(deviceId: string, places: readonly { readonly chat: string; readonly id: string }[]): Promise<StoredMessage[]>
  /** A message that may be quoted in a chat: one that was said there, or one of a group or a status, in the chat with its author.
   *  @param chat full address or international digits. @throws AppError invalid_jid | invalid_phone | unsupported */
  quotable(deviceId: string, messageId: string, chat: string): Promise<QuotableMessage | undefined>
  /** @throws AppError message_not_found when a cursor is no message of the chat */
  list(deviceId: string, options: ListOptions): Promise<MessagePage>
  /** Messages of a chat with these characters in their text, newest first. Only the newest thousand of the chat are looked at.
   *  @param chat the address under which it is stored */
  search(deviceId: string, chat: string, containing: string, limit: number): Promise<StoredMessage[]>
  /** What waits to be sent, in the order of the times. @returns undefined as `next` after the last page */
  waiting(
    deviceId: string,
    page: { states: readonly WaitingState[]; limit: number; after?: WaitingPlace | undefined },
  ): Promise<{ messages: StoredMessage[]; next: WaitingPlace | undefined }>
  /** Own messages that failed, expired or may have arrived, newest first. */
  notSent(
    deviceId: string,
    page: { states: readonly NotSentState[]; limit: number; after?: WaitingPlace | undefined },
  ): Promise<{ messages: StoredMessage[]; next: WaitingPlace | undefined }>
  /** Queues a message again that failed or expired, under its id.
   *  @throws AppError message_not_found | message_not_retryable | rate_limited | device_not_linked | device_not_connected */
  retry(deviceId: string, messageId: string): Promise<'queued' | 'scheduled'>
  /** Gives a scheduled send another time, Unix ms. @throws AppError message_not_found | message_not_scheduled */
  reschedule(deviceId: string, messageId: string, sendAt: number): Promise<void>
  /** @throws AppError message_not_found | message_not_cancellable */
  cancel(deviceId: string, messageId: string): Promise<void>
  /** Sends read receipts: for everything unread of the chat (up to an instant), or for the messages named. @returns how many
   *  @throws AppError device_not_connected */
  markRead(deviceId: string, chat: string, options: MarkReadOptions): Promise<number>
  /** Address of a chat in the form under which it is stored. @throws AppError invalid_jid | invalid_phone */
  resolveChat(deviceId: string, chat: string): Promise<string>
  /** The same for something that is to reach the chat: WhatsApp is asked for the address of a number that nobody has asked for before, for a moment.
   *  @throws AppError invalid_jid | invalid_phone */
  reachChat(deviceId: string, chat: string): Promise<string>
  /** The same for many people at once, each once. @throws AppError invalid_jid | invalid_phone */
  reachAll(deviceId: string, people: readonly string[]): Promise<string[]>
  stop(): Promise<void>
}
