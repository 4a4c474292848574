import type { proto } from 'baileys'

const polls = ['pollCreationMessage', 'pollCreationMessageV2', 'pollCreationMessageV3', 'pollUpdateMessage'] as const

/** The `type` of the stanza that carries a message (seen in: baileys messages-send.js, whatsmeow send.go `getTypeFromMessage`). */
export function stanzaType(message: proto.IMessage): 'text' | 'media' | 'reaction' | 'poll' | 'event' {
  if (message.reactionMessage || message.encReactionMessage) return 'reaction'
  if (polls.some((name) => message[name])) return 'poll'
  if (message.eventMessage) return 'event'
  return mediaType(message) === undefined ? 'text' : 'media'
}

const media: readonly [keyof proto.IMessage, string][] = [
  ['imageMessage', 'image'],
  ['documentMessage', 'document'],
  ['stickerMessage', 'sticker'],
  ['contactMessage', 'vcard'],
  ['contactsArrayMessage', 'contact_array'],
  ['liveLocationMessage', 'livelocation'],
  ['locationMessage', 'location'],
  ['listMessage', 'list'],
  ['orderMessage', 'order'],
  ['productMessage', 'product'],
  ['groupInviteMessage', 'url'],
]

/** The `mediatype` of each ciphertext; undefined for plain text. */
export function mediaType(message: proto.IMessage): string | undefined {
  if (message.videoMessage) return message.videoMessage.gifPlayback ? 'gif' : 'video'
  if (message.audioMessage) return message.audioMessage.ptt ? 'ptt' : 'audio'
  return media.find(([name]) => message[name])?.[1]
}
