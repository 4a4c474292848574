import type { MessageType, MessageView } from '@switchboard/engine'
import { proto } from 'baileys'
import { unwrapContent } from './unwrap-content.ts'

const { Type } = proto.Message.ProtocolMessage

const kinds: readonly [keyof proto.IMessage, MessageType][] = [
  ['extendedTextMessage', 'text'],
  ['imageMessage', 'image'],
  ['videoMessage', 'video'],
  ['ptvMessage', 'video'],
  ['audioMessage', 'audio'],
  ['documentMessage', 'document'],
  ['stickerMessage', 'sticker'],
  ['locationMessage', 'location'],
  ['liveLocationMessage', 'live_location'],
  ['contactMessage', 'contact'],
  ['contactsArrayMessage', 'contacts'],
  ['pollCreationMessage', 'poll'],
  ['pollCreationMessageV2', 'poll'],
  ['pollCreationMessageV3', 'poll'],
  ['pollCreationMessageV5', 'poll'],
  ['pollUpdateMessage', 'poll_vote'],
]

/** What a person would say a message is. Bytes that are no message are `unknown`. */
export function describeMessage(bytes: Uint8Array): MessageView {
  try {
    return describeContent(proto.Message.decode(bytes))
  } catch {
    return { type: 'unknown' }
  }
}

/** The same for a message that is decoded already. */
export function describeContent(outer: proto.IMessage): MessageView {
  const message = unwrapContent(outer)
  if (message.reactionMessage) return reaction(message.reactionMessage)
  if (message.protocolMessage) return protocol(message.protocolMessage)
  if (message.conversation != null) return { type: 'text', text: message.conversation }
  const [name, type] = kinds.find(([key]) => message[key]) ?? []
  if (!name || !type) return { type: 'unknown' }
  return { type, ...details(message[name] as Described) }
}

interface Described {
  text?: string | null
  caption?: string | null
  name?: string | null
  displayName?: string | null
  contextInfo?: proto.IContextInfo | null
}

function details(content: Described): Omit<MessageView, 'type'> {
  const text = content.text ?? content.caption ?? content.name ?? content.displayName
  const context = content.contextInfo
  return {
    ...(text ? { text } : {}),
    ...(context?.stanzaId
      ? { quoted: { id: context.stanzaId, ...(context.participant ? { sender: context.participant } : {}) } }
      : {}),
    ...(context?.mentionedJid?.length ? { mentions: [...context.mentionedJid] } : {}),
    ...(context?.expiration ? { expiresInSeconds: context.expiration } : {}),
  }
}

function reaction({ key, text }: proto.Message.IReactionMessage): MessageView {
  return { type: 'reaction', emoji: text ?? '', ...target(key) }
}

function protocol(message: proto.Message.IProtocolMessage): MessageView {
  if (message.type === Type.REVOKE) return { type: 'revoke', ...target(message.key) }
  if (message.type === Type.MESSAGE_EDIT && message.editedMessage) {
    const { type: _, ...edited } = describeContent(message.editedMessage)
    return { ...edited, type: 'edit', ...target(message.key) }
  }
  const seconds = message.type === Type.EPHEMERAL_SETTING ? message.ephemeralExpiration : undefined
  return { type: 'protocol', ...(seconds == null ? {} : { expiresInSeconds: seconds }) }
}

function target(key: proto.IMessageKey | null | undefined): Pick<MessageView, 'target'> {
  if (!key?.id) return {}
  return {
    target: {
      id: key.id,
      ...(key.remoteJid ? { chat: key.remoteJid } : {}),
      ...(key.participant ? { sender: key.participant } : {}),
      ...(key.fromMe == null ? {} : { fromMe: key.fromMe }),
    },
  }
}
