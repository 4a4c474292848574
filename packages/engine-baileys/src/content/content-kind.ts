import type { ComposeContext, MessageType, MessageView, OutgoingContent } from '@switchboard/engine'
import type { ContextInfo, Message } from '../generated/messages.ts'

/** A field of `Message`, by its name. */
export type MessageField = Extract<keyof Message, string>

/** What the server can read of a message (seen in: whatsmeow send.go `getTypeFromMessage`, baileys messages-send.js, zapo content.ts). */
export type StanzaType = 'text' | 'media' | 'reaction' | 'poll' | 'event'

/** Further marks of a stanza, in addition to its type. */
export interface StanzaMarks {
  /** Attribute `edit`: 1 new words, 2 pinned, 7 taken back by its author, 8 taken back by an admin (seen in: whatsmeow types/message.go). */
  readonly edit?: '1' | '2' | '7' | '8'
  /** A device that cannot read it shows nothing. */
  readonly hidden?: boolean
  /** Attributes of `<meta>`. */
  readonly meta?: Readonly<Record<string, string>>
}

export type Describe = (message: Message) => MessageView

/** A kind's part of a view. What goes for all kinds is added to it. A kind may find that its message is of another type. */
export type Described = Omit<MessageView, 'type'> & { readonly type?: MessageType }

type ValueOf<Field extends MessageField> = NonNullable<Message[Field]>
type ContentOf<Type> = Extract<OutgoingContent, { readonly type: Type }>

/** One kind of content: how it is written, how it is read, and what its stanza says of it. */
export interface ContentKind<Type extends MessageType = MessageType, Field extends MessageField = MessageField> {
  readonly type: Type
  /** Fields of `Message` that hold it. */
  readonly fields: readonly Field[]
  /** Which messages with such a field; all of them when absent. */
  holds?(value: ValueOf<Field>): boolean
  /** The message without context, which is put into it afterwards. @throws EngineError `invalid_argument` */
  compose?(content: ContentOf<Type>, context: ComposeContext): Message
  /** @param message what holds the field, without wrappers
   *  @param describe says what a message inside it is */
  describe(value: ValueOf<Field>, message: Message, describe: Describe): Described
  readonly stanzaType: StanzaType | ((value: ValueOf<Field>) => StanzaType)
  /** The `mediatype` of its ciphertexts. */
  readonly mediaKind?: string | ((value: ValueOf<Field>) => string | undefined)
  marks?(value: ValueOf<Field>): StanzaMarks
}

/** Gives a kind the types of its fields. In the registry they are all alike. */
export const defineKind = <Type extends MessageType, Field extends MessageField>(
  kind: ContentKind<Type, Field>,
): ContentKind => kind as unknown as ContentKind

/** A part of a message that carries its context. */
export interface ContextHolder {
  contextInfo?: ContextInfo | undefined
}
