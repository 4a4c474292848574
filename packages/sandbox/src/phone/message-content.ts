import type { Message } from '../wire/proto/index.ts'
import type { MessageContent } from './content/content-kind.ts'
import { readContent } from './content/content-kinds.ts'
import { contextOf, innerMessage, isViewOnce } from './content/inner-message.ts'

export type { MessageContent } from './content/content-kind.ts'
export { innerMessage } from './content/inner-message.ts'

/** What goes for messages of every kind. */
export interface MessageFlags {
  readonly forwarded?: true
  readonly viewOnce?: true
  /** JIDs, as the sender named them. */
  readonly mentions?: readonly string[]
  /** Seconds after which it disappears. */
  readonly expiresAfter?: number
  /** A status of the group, not a message in it. */
  readonly groupStatus?: true
}

/** What a person would see of a message. */
export function describeMessage(outer: Message): MessageContent & MessageFlags {
  const { content } = readContent(innerMessage(outer))
  const context = contextOf(outer)
  return {
    ...content,
    ...(context?.stanzaId ? { quotedId: context.stanzaId } : {}),
    ...(context?.isForwarded ? { forwarded: true } : {}),
    ...(isViewOnce(outer) ? { viewOnce: true } : {}),
    ...(context?.mentionedJid?.length ? { mentions: context.mentionedJid } : {}),
    ...(context?.isGroupStatus && (outer.groupStatusMessageV2 ?? outer.groupStatusMessage)
      ? { groupStatus: true }
      : {}),
    ...(context?.expiration ? { expiresAfter: context.expiration } : {}),
  }
}
