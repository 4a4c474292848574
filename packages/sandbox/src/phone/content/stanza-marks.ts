import type { WireNode } from '../../wire/node.ts'
import { type Message, ProtocolMessageType, pollOf } from '../../wire/proto/index.ts'
import { innerMessage } from './inner-message.ts'

/** What a stanza says in the open of the message inside. Seen in two clients: whatsmeow send.go, baileys messages-send.js. */
export interface StanzaMarks {
  /** Attributes of `<message>`. */
  readonly attrs: Readonly<Record<string, string>>
  /** Attributes of `<enc>`. */
  readonly enc: Readonly<Record<string, string>>
  readonly nodes: readonly WireNode[]
}

export function stanzaMarks(outer: Message): StanzaMarks {
  const message = innerMessage(outer.deviceSentMessage?.message ?? outer)
  const type = typeOf(message)
  const edit = editOf(message)
  const media = mediaTypeOf(message)
  const isAnswer = message.pollUpdateMessage !== undefined || message.encEventResponseMessage !== undefined
  const hidden = edit !== undefined || type === 'reaction' || isAnswer
  return {
    attrs: { type, ...(edit === undefined ? {} : { edit }) },
    enc: { ...(media ? { mediatype: media } : {}), ...(hidden ? { 'decrypt-fail': 'hide' } : {}) },
    nodes: metaOf(message),
  }
}

function typeOf(message: Message): string {
  if (message.reactionMessage ?? message.encReactionMessage) return 'reaction'
  if (pollOf(message) || message.pollUpdateMessage) return 'poll'
  if (message.eventMessage ?? message.encEventResponseMessage) return 'event'
  // Without a media type. Seen in: WhatsApp Web WAWebE2EProtoUtils `typeAttributeFromProtobuf`.
  return mediaTypeOf(message) || message.eventInviteMessage ? 'media' : 'text'
}

function metaOf(message: Message): WireNode[] {
  const meta = (attrs: Record<string, string>): WireNode[] => [{ tag: 'meta', attrs }]
  if (message.pollUpdateMessage) return meta({ polltype: 'vote' })
  if (pollOf(message)) return meta({ polltype: message.pollCreationMessageV5 ? 'quiz_creation' : 'creation' })
  if (message.encEventResponseMessage) return meta({ event_type: 'response' })
  if (message.protocolMessage?.type === ProtocolMessageType.groupMemberLabelChange) {
    return meta({ tag_reason: 'user_update', appdata: 'member_tag' })
  }
  return message.eventMessage ? meta({ event_type: 'creation' }) : []
}

function mediaTypeOf(message: Message): string | undefined {
  const { videoMessage, audioMessage } = message
  if (videoMessage) return videoMessage.gifPlayback ? 'gif' : 'video'
  if (audioMessage) return audioMessage.ptt ? 'ptt' : 'audio'
  if (message.extendedTextMessage?.title) return 'url'
  return plainMediaTypes.find(([field]) => message[field] !== undefined)?.[1]
}

const plainMediaTypes: readonly (readonly [keyof Message, string])[] = [
  ['imageMessage', 'image'],
  ['stickerMessage', 'sticker'],
  ['stickerPackMessage', 'sticker_pack'],
  ['documentMessage', 'document'],
  ['ptvMessage', 'ptv'],
  ['contactMessage', 'vcard'],
  ['contactsArrayMessage', 'contact_array'],
  ['liveLocationMessage', 'livelocation'],
  ['locationMessage', 'location'],
  ['groupInviteMessage', 'url'],
  // Seen in: zapo message/encode/content.ts.
  ['messageHistoryBundle', 'group_history'],
]

/** The `edit` attribute: 1 new words, 2 pinned, 7 taken back by the author, 8 by an admin. */
function editOf({
  protocolMessage,
  reactionMessage,
  keepInChatMessage,
  pinInChatMessage,
}: Message): string | undefined {
  if (protocolMessage?.key) {
    if (protocolMessage.type === ProtocolMessageType.messageEdit) return '1'
    if ((protocolMessage.type ?? 0) === ProtocolMessageType.revoke) return protocolMessage.key.fromMe ? '7' : '8'
  }
  if (reactionMessage?.text === '') return '7'
  if (keepInChatMessage?.keepType === 2 && keepInChatMessage.key?.fromMe) return '7'
  return pinInChatMessage ? '2' : undefined
}
