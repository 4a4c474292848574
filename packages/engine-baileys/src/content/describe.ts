import type { MessageView, QuotedView } from '@switchboard/engine'
import type { ContextInfo, Message } from '../generated/messages.ts'
import { fieldNumbers, unlessMalformed } from '../proto/codec.ts'
import { Message as codec } from '../proto/message.ts'
import type { ContextHolder } from './content-kind.ts'
import { instant, present, targetView } from './fields.ts'
import { findKind } from './registry.ts'
import { type Unwrapped, unwrap } from './unwrap.ts'

/** What a person would say a message is. Bytes that are no message are `unknown`. */
export const describeMessage = (bytes: Uint8Array): MessageView =>
  unlessMalformed(() => describeContent(codec.decode(bytes))) ?? { type: 'unknown' }

/** The same for a message that is decoded already. */
export function describeContent(outer: Message): MessageView {
  return viewOf(unwrap(outer), true)
}

/** @param deep whether the quoted message is described too */
function viewOf({ message, flags }: Unwrapped, deep: boolean): MessageView {
  const found = findKind(message)
  if (!found) return { type: 'unknown', ...unknown(message), ...flags }
  const { kind, value } = found
  const { edited, ...others } = flags
  // An edit says so by its type; what came as an edited message says it by its wrapper.
  const kept = kind.type === 'edit' ? others : flags
  const described = kind.describe(value as never, message, describeContent)
  return { type: kind.type, ...contextView(value as ContextHolder, deep), ...partOf(message), ...described, ...kept }
}

// Keys and secrets say nothing about the content.
const accompanying: ReadonlySet<number> = new Set([2, 15, 35])

function unknown(message: Message): Pick<MessageView, 'unknownFields'> {
  const numbers = fieldNumbers('Message', message).filter((number) => !accompanying.has(number))
  return numbers.length > 0 ? { unknownFields: numbers } : {}
}

function contextView({ contextInfo }: ContextHolder, deep: boolean): Omit<MessageView, 'type'> {
  if (!contextInfo) return {}
  const { mentionedJid, nonJidMentions, expiration, ephemeralSettingTimestamp, ...context } = contextInfo
  const { isForwarded, forwardingScore, isSpoiler, isGroupStatus } = context
  return {
    ...present({ quoted: quotedView(contextInfo, deep) }),
    ...(mentionedJid?.length ? { mentions: mentionedJid } : {}),
    ...(nonJidMentions ? { mentionsAll: true } : {}),
    ...(expiration ? { expiresInSeconds: expiration } : {}),
    ...present({ timerSetAt: instant(ephemeralSettingTimestamp) }),
    ...(isForwarded || forwardingScore ? { forwarded: true, forwardingScore: forwardingScore ?? 1 } : {}),
    ...(isSpoiler ? { spoiler: true } : {}),
    ...(isGroupStatus ? { groupStatus: true } : {}),
  }
}

function quotedView(context: ContextInfo, deep: boolean): QuotedView | undefined {
  const { stanzaId, participant, remoteJid, quotedMessage } = context
  if (!stanzaId) return undefined
  const quoted = deep && quotedMessage ? viewOf(unwrap(quotedMessage), false) : undefined
  return {
    id: stanzaId,
    ...present({ sender: participant, chat: remoteJid, type: quoted?.type, text: quoted?.text }),
  }
}

function partOf({ messageContextInfo }: Message): Pick<MessageView, 'partOf'> {
  return present({ partOf: targetView(messageContextInfo?.messageAssociation?.parentMessageKey) })
}
