import type { Message, MessageKey } from '../../wire/proto/index.ts'
import type { Account } from '../../world/account.ts'
import type { Addressing } from '../../world/address.ts'
import type { ChatEntry } from '../chat-log.ts'
import type { PhoneContext } from '../phone-context.ts'

/** Where something is written. */
export interface ComposeScene {
  readonly ctx: PhoneContext
  /** JID of the chat as log entries carry it: a person's LID, or a group. */
  readonly chatLid: string
  /** The other person; undefined in a group. */
  readonly person: Account | undefined
  readonly addressing: Addressing
}

/** What a person would see of a message. */
export interface MessageContent {
  /** As the wish that makes it is called (text, image, poll, …); for what this world has no name for, the message's field without its suffix. */
  readonly kind: string
  /** Text, caption, question, name, emoji: the words that come with it. */
  readonly text?: string
  readonly quotedId?: string
  /** Fields of the kind, by the names that wishes use. */
  readonly details?: Readonly<Record<string, unknown>>
  /** The message that it is about: reacted to, edited, voted in. */
  readonly targetId?: string
}

/** One kind of content: how a phone writes it, how it reads it, and what it does to what is there already. */
export interface ContentKind<Wish = never> {
  readonly name: string
  /** @throws Error for a wish that a phone would not let its owner make */
  compose?(scene: ComposeScene, wish: Wish): Message
  /** Undefined when the message is of another kind. */
  read(message: Message): MessageContent | undefined
  /** Called once with each message of this kind that came or went. `inner` is without wrappers. */
  apply?(ctx: PhoneContext, entry: ChatEntry, inner: Message): void
}

/** The message that a wish names. */
export interface MessageWish {
  /** Its id. */
  readonly message: string
}

export type KeyedMessage = { readonly key?: MessageKey }
