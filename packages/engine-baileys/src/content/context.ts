import { type ComposeContext, isGroupJid, type QuotedMessage } from '@switchboard/engine'
import type { ContextInfo, Message } from '../generated/messages.ts'
import { innerHas } from '../proto/codec.ts'
import { Message as codec } from '../proto/message.ts'
import { reworded } from './edit.ts'
import { findKind } from './registry.ts'
import { changeContent, unwrap } from './unwrap.ts'

/** The message with another context for its content, in whatever wrappers that is. Content of a kind that has no context, or that is not known, stays. */
export const changeContext = (message: Message, change: (known: ContextInfo) => ContextInfo): Message =>
  changeContent(message, (content) => withContext(content, change))

function withContext(message: Message, change: (known: ContextInfo) => ContextInfo): Message {
  const found = findKind(message)
  if (!found) return message
  const { field, value } = found
  if (typeof value === 'string') {
    const contextInfo = change({})
    if (Object.keys(contextInfo).length === 0) return message
    const { conversation: _, ...others } = message
    return { ...others, extendedTextMessage: { text: value, contextInfo } }
  }
  if (!innerHas('Message', field, 'contextInfo')) return message
  const { contextInfo: known = {}, ...content } = value as { contextInfo?: ContextInfo }
  const contextInfo = change(known)
  const holder = Object.keys(contextInfo).length === 0 ? content : { ...content, contextInfo }
  return { ...message, [field]: holder }
}

/** What a chat and its writer put into the context of everything that people read. */
export function contextInfoOf({ chat, timer, quoted, mentions }: ComposeContext): ContextInfo {
  const expires = timer !== undefined && timer.seconds > 0
  return {
    ...(quoted ? quote(quoted, chat) : {}),
    ...(isGroupJid(chat) ? mentioned(mentions) : {}),
    ...(expires ? { expiration: timer.seconds } : {}),
    ...(expires && timer.setAt !== undefined ? { ephemeralSettingTimestamp: Math.floor(timer.setAt / 1000) } : {}),
  }
}

/** The people that a message in a group mentions. */
export function mentioned(mentions: ComposeContext['mentions']): ContextInfo {
  if (mentions === 'all') return { nonJidMentions: 1 }
  return mentions?.length ? { mentionedJid: [...mentions] } : {}
}

function quote({ id, chat: said, sender, message, text }: QuotedMessage, chat: string): ContextInfo {
  return {
    stanzaId: id,
    participant: sender,
    quotedMessage: quotable(message, text),
    // A private reply says in which group it was said.
    ...(said === chat ? {} : { remoteJid: said }),
  }
}

/** A message as others quote it: without its secrets, and without what it quotes itself. */
function quotable(bytes: Uint8Array, text: string | undefined): Message {
  const { messageContextInfo: _, senderKeyDistributionMessage: __, ...message } = unwrap(codec.decode(bytes)).message
  const said = text === undefined ? message : reworded(message, text)
  return changeContext(said, ({ quotedMessage: _quoted, stanzaId: _id, participant: _of, ...known }) => known)
}
