import type { BusinessView } from './business.ts'
import type { ChatTimer, TargetView } from './change.ts'
import type { ContactView } from './contact.ts'
import type { EventView } from './event.ts'
import type { LocationView } from './location.ts'
import type { MediaView, StickerPackView } from './media.ts'
import type { MessageType } from './message-type.ts'
import type { PollView } from './poll.ts'
import type { LinkView, TextStyle } from './text.ts'

export interface RichResponseView {
  /** WhatsApp's name and number of its kind. */
  readonly kind: string
  readonly kindNumber: number
  readonly parts: number
  /** The whole is there once more, in a form of its own. */
  readonly unified: boolean
  /** It answers or mentions something. */
  readonly hasContext: boolean
  /** All of it, by WhatsApp's own names. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** What a message answers. */
export interface QuotedView {
  readonly id: string
  readonly sender?: string
  /** Named when it was said in another chat. */
  readonly chat?: string
  readonly type?: MessageType
  readonly text?: string
}

/** What a person would say a message is. Derived from the protobuf; the bytes stay the truth. Addresses are in the sender's words. */
export interface MessageView {
  readonly type: MessageType
  /** Text, caption, question, name: the words that come with it. */
  readonly text?: string
  readonly quoted?: QuotedView
  readonly mentions?: readonly string[]
  /** Everybody in the group is mentioned. */
  readonly mentionsAll?: boolean
  readonly link?: LinkView
  /** Of a text status. */
  readonly style?: TextStyle
  readonly media?: MediaView
  readonly location?: LocationView
  /** Of `contact` and `contacts`. */
  readonly contacts?: readonly ContactView[]
  readonly poll?: PollView
  /** Of a vote that is not sealed: what it chooses, as {@link PollView.hashes} name options. */
  readonly chosen?: readonly string[]
  readonly event?: EventView
  /** Buttons, lists, products, orders. */
  readonly business?: BusinessView
  /** The message that this one is about: reacted to, edited, taken back, voted in, pinned, commented … */
  readonly target?: TargetView
  /** For a reaction: the emoji; empty when it was taken back. */
  readonly emoji?: string
  readonly pin?: { readonly pinned: boolean; readonly seconds?: number }
  readonly keep?: { readonly kept: boolean }
  /** For `timer`: what the chat's timer is from now on. */
  readonly timer?: ChatTimer
  readonly album?: { readonly images: number; readonly videos: number }
  readonly groupInvite?: {
    readonly group: string
    readonly code: string
    readonly name?: string
    /** Unix ms. */
    readonly expiresAt?: number
  }
  /** An invitation to follow or to run a channel. */
  readonly channelInvite?: {
    readonly channel: string
    readonly name?: string
    /** Unix ms. */
    readonly expiresAt?: number
  }
  /** A call of the past, or one that is planned. */
  readonly call?: {
    readonly video: boolean
    readonly seconds?: number
    /** Unix ms. */
    readonly startsAt?: number
  }
  /** Several stickers in one archive. */
  readonly stickerPack?: StickerPackView
  /** An answer to an event, once it is opened. */
  readonly eventResponse?: {
    readonly response: 'going' | 'not_going' | 'maybe' | 'unknown'
    readonly extraGuests?: number
  }
  /** What somebody chose of a menu: buttons, a list, a template or a flow of a business. */
  readonly choice?: {
    /** As the business named it. */
    readonly id?: string
    /** Of a flow: its answers, JSON. */
    readonly parameters?: string
  }
  /** An answer of an assistant, in parts. */
  readonly richResponse?: RichResponseView
  /** For `protocol` and `encrypted_change`: what it is, such as `limit_sharing` or `poll_edit`. */
  readonly notice?: string
  /** Seconds until the message disappears, absent when it stays. */
  readonly expiresInSeconds?: number
  /** When the timer that it carries was set, Unix ms. */
  readonly timerSetAt?: number
  readonly forwarded?: boolean
  /** How often it was forwarded; from 5 on phones say "many times". */
  readonly forwardingScore?: number
  readonly viewOnce?: boolean
  /** It came as an edited one. */
  readonly edited?: boolean
  /** Hidden until it is tapped. */
  readonly spoiler?: boolean
  /** A status of the group, not a message in it. */
  readonly groupStatus?: boolean
  /** It belongs to another message: a picture of an album, the cover of an event … */
  readonly partOf?: TargetView
  /** For `unknown`: numbers of the `Message` fields that are not known here. */
  readonly unknownFields?: readonly number[]
}

/** Something that was sealed with the secret of a message. */
export interface OpenedSeal {
  /** What it says. */
  readonly view: MessageView
  /** The message that it is about, encoded, as it is from now on: of an event or poll that was edited, or a poll that has one more option. */
  readonly changed?: Uint8Array
}
