import type { ContextInfo, Message } from '../../wire/proto/index.ts'

const wrappers = [
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'editedMessage',
  'groupMentionedMessage',
  'lottieStickerMessage',
  'associatedChildMessage',
  'botForwardedMessage',
  'groupStatusMessage',
  'groupStatusMessageV2',
] as const satisfies readonly (keyof Message)[]

/** Unpacks the wrappers (ephemeral, view once, caption, …) that only say how to show what is inside. */
export function innerMessage(message: Message): Message {
  for (const field of wrappers) {
    const wrapped = message[field]
    if (wrapped?.message) return innerMessage(wrapped.message)
  }
  return message
}

const viewOnceWrappers = ['viewOnceMessage', 'viewOnceMessageV2', 'viewOnceMessageV2Extension'] as const

/** Whether it may be looked at once only. Said by a wrapper, or by a flag on the media. */
export function isViewOnce(message: Message): boolean {
  if (viewOnceWrappers.some((field) => message[field])) return true
  if (message.ephemeralMessage?.message) return isViewOnce(message.ephemeralMessage.message)
  const { imageMessage, videoMessage, audioMessage } = innerMessage(message)
  return (imageMessage ?? videoMessage ?? audioMessage)?.viewOnce === true
}

/** The part of a message that carries its context: what it answers, whom it mentions, when it disappears. */
export function contextHolder(inner: Message): { contextInfo?: ContextInfo } | undefined {
  for (const [field, value] of Object.entries(inner)) {
    const isContent = field.endsWith('Message') || /^pollCreationMessageV\d$/.test(field)
    if (isContent && typeof value === 'object' && !(value instanceof Uint8Array)) return value
  }
  return undefined
}

export function contextOf(message: Message): ContextInfo | undefined {
  return contextHolder(innerMessage(message))?.contextInfo
}
