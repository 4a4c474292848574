import { type Message, ProtocolMessageType } from '../../wire/proto/index.ts'
import { targetOf } from '../message-target.ts'
import type { ContentKind, MessageWish } from './content-kind.ts'
import { innerMessage } from './inner-message.ts'
import { entryOf, keyOf } from './message-keys.ts'

export interface EditWish extends MessageWish {
  /** The new text, or caption. */
  readonly text: string
}

/** WhatsApp's help pages: a message can be edited for 15 minutes. */
const editableMs = 15 * 60 * 1000

/** New words for an own text or caption. Phones wrap it as whatsmeow does (send.go BuildEdit); baileys sends it bare. */
export const edit: ContentKind<EditWish> = {
  name: 'edit',
  compose: (scene, { message, text }) => {
    const { clock } = scene.ctx.world
    const entry = entryOf(scene, message)
    if (!entry.fromMe) throw new Error(`message ${message} is somebody else's`)
    if (entry.revoked) throw new Error(`message ${message} was taken back`)
    if (clock.now() - entry.at > editableMs) throw new Error(`message ${message} is older than 15 minutes`)
    const editedMessage = withText(innerMessage(entry.message), text)
    const type = ProtocolMessageType.messageEdit
    const protocolMessage = { key: keyOf(scene, entry), type, editedMessage, timestampMs: clock.now() }
    return { editedMessage: { message: { protocolMessage } } }
  },
  read: ({ protocolMessage: it }) => {
    if (it?.type !== ProtocolMessageType.messageEdit) return undefined
    const text = it.editedMessage && textOf(it.editedMessage)
    return {
      kind: 'edit',
      ...(text === undefined ? {} : { text }),
      ...(it.key?.id ? { targetId: it.key.id } : {}),
    }
  },
  apply: (ctx, entry, { protocolMessage: it }) => {
    const target = it && targetOf(ctx, entry, it)
    const text = it?.editedMessage && textOf(it.editedMessage)
    if (!target || text === undefined) return
    target.editedText = text
    ctx.chats.touch(target)
  },
}

function textOf(outer: Message): string | undefined {
  const message = innerMessage(outer)
  const media = message.imageMessage ?? message.videoMessage ?? message.documentMessage
  return message.conversation ?? message.extendedTextMessage?.text ?? media?.caption
}

function withText(message: Message, text: string): Message {
  const { imageMessage, videoMessage, documentMessage, extendedTextMessage } = message
  if (imageMessage) return { imageMessage: { ...imageMessage, caption: text } }
  if (videoMessage) return { videoMessage: { ...videoMessage, caption: text } }
  if (documentMessage) return { documentMessage: { ...documentMessage, caption: text } }
  if (extendedTextMessage) return { extendedTextMessage: { ...extendedTextMessage, text } }
  if (message.conversation === undefined) throw new Error('only texts and captions can be edited')
  return { conversation: text }
}
