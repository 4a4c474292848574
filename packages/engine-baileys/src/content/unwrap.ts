import type { MessageView } from '@switchboard/engine'
import type { Message } from '../generated/messages.ts'

type Flags = Pick<MessageView, 'viewOnce' | 'edited' | 'spoiler' | 'groupStatus'>

/** Fields of `Message` that hold another message and say how it is to be treated. The union of what several clients unwrap (seen in: baileys
 *  `normalizeMessageContent`, whatsmeow events.go `UnwrapRaw`, zapo content.ts `unwrapMessage`, and the schema). */
const wrappers = {
  ephemeralMessage: {},
  viewOnceMessage: { viewOnce: true },
  viewOnceMessageV2: { viewOnce: true },
  viewOnceMessageV2Extension: { viewOnce: true },
  documentWithCaptionMessage: {},
  editedMessage: { edited: true },
  associatedChildMessage: {},
  groupStatusMessage: { groupStatus: true },
  groupStatusMessageV2: { groupStatus: true },
  groupMentionedMessage: {},
  lottieStickerMessage: {},
  botInvokeMessage: {},
  botForwardedMessage: {},
  botTaskMessage: {},
  questionMessage: {},
  questionReplyMessage: {},
  pollCreationMessageV4: {},
  pollCreationOptionImageMessage: {},
  statusAddYours: {},
  eventCoverImage: {},
  limitSharingMessage: {},
  newsletterAdminProfileMessage: {},
  newsletterAdminProfileMessageV2: {},
  newsletterAdminProfileStatusMessage: {},
  spoilerMessage: { spoiler: true },
} as const satisfies { readonly [Field in keyof Message]?: Flags }

export type Wrapper = keyof typeof wrappers

const isWrapper = (name: string): name is Wrapper => Object.hasOwn(wrappers, name)

/** Deeper nesting is nobody's message. */
const deepest = 8

/** The wrapper around a message, when there is one with something in it. */
export function wrapperOf(message: Message): Wrapper | undefined {
  for (const name in message) if (isWrapper(name) && message[name]?.message) return name
  return undefined
}

/** The message with something else in place of its content, in the wrappers that it has. */
export function changeContent(message: Message, change: (content: Message) => Message): Message {
  const wrapper = wrapperOf(message)
  if (!wrapper) return change(message)
  return { ...message, [wrapper]: { ...message[wrapper], message: changeContent(message[wrapper]!.message!, change) } }
}

export interface Unwrapped {
  readonly message: Message
  readonly flags: Flags
}

/** What is meant, and what its wrappers say of it. The outer context (secret, duration of a pin) goes along. */
export function unwrap(outer: Message): Unwrapped {
  let message = outer
  let flags: Flags = {}
  for (let depth = 0; depth < deepest; depth++) {
    const name = wrapperOf(message)
    if (!name) return { message, flags }
    const { messageContextInfo } = message
    const inner = message[name]!.message!
    message = inner.messageContextInfo || !messageContextInfo ? inner : { ...inner, messageContextInfo }
    flags = { ...flags, ...wrappers[name] }
  }
  return { message, flags }
}
