import type { ContextInfo, Message } from '../wire/proto/index.ts'

/** What a person would see of a message. */
export interface MessageContent {
  /** Field that carries it, without its suffix: text, image, reaction, protocol, unknown, … */
  readonly kind: string
  readonly text?: string
  readonly quotedId?: string
}

/** Unpacks the wrappers (ephemeral, view once, caption) that only say how to show what is inside. */
export function innerMessage(message: Message): Message {
  const wrapped =
    message.ephemeralMessage ??
    message.viewOnceMessage ??
    message.viewOnceMessageV2 ??
    message.documentWithCaptionMessage ??
    message.editedMessage
  return wrapped?.message ? innerMessage(wrapped.message) : message
}

export function describeMessage(outer: Message): MessageContent {
  const message = innerMessage(outer)
  if (message.conversation !== undefined) return { kind: 'text', text: message.conversation }
  const extended = message.extendedTextMessage
  if (extended) return content('text', extended.text, extended.contextInfo)
  const media = message.imageMessage ?? message.videoMessage ?? message.documentMessage
  const kind = kindOf(message)
  if (media) return content(kind, media.caption, media.contextInfo)
  if (message.reactionMessage) return { kind, text: message.reactionMessage.text ?? '' }
  if (message.contactMessage)
    return content(kind, message.contactMessage.displayName, message.contactMessage.contextInfo)
  return { kind }
}

function kindOf(message: Message): string {
  const field = Object.keys(message).find((name) => name.endsWith('Message'))
  return field ? field.slice(0, -'Message'.length) : 'unknown'
}

function content(kind: string, text: string | undefined, context: ContextInfo | undefined): MessageContent {
  return {
    kind,
    ...(text === undefined ? {} : { text }),
    ...(context?.stanzaId ? { quotedId: context.stanzaId } : {}),
  }
}
