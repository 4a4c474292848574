import { EngineError } from '@switchboard/engine'
import type { Message } from '../generated/messages.ts'
import { Message as codec } from '../proto/message.ts'
import { defineKind } from './content-kind.ts'
import { about, keyOf } from './fields.ts'
import { protocolTypes } from './protocol-types.ts'
import { changeContent, unwrap } from './unwrap.ts'

const captioned = ['imageMessage', 'videoMessage', 'documentMessage'] as const

/** New words for an own text or caption (seen in: whatsmeow send.go `BuildEdit`; baileys leaves the wrapper out). */
export const edit = defineKind({
  type: 'edit',
  fields: ['protocolMessage'],
  holds: ({ type, editedMessage }) => type === protocolTypes.messageEdit && editedMessage !== undefined,
  compose({ target, text, original }, { chat, now }) {
    if (!target.fromMe) throw new EngineError('invalid_argument', 'only own messages can be edited')
    const editedMessage = withText(unwrap(codec.decode(original)).message, text)
    const key = keyOf(target, chat)
    const protocolMessage = { key, type: protocolTypes.messageEdit, editedMessage, timestampMs: now }
    return { editedMessage: { message: { protocolMessage } } }
  },
  describe({ key, editedMessage = {} }, _message, describe) {
    const { type: _, ...edited } = describe(editedMessage)
    return { ...edited, ...about(key) }
  },
  stanzaType: 'text',
  marks: () => ({ edit: '1', hidden: true }),
})

/** A message with the words that an edit gave it, in whatever wrappers it is. @throws EngineError `invalid_argument` for what has no words to edit */
export const reworded = (message: Message, text: string): Message =>
  changeContent(message, ({ messageContextInfo, ...content }) => ({
    ...withText(content, text),
    ...(messageContextInfo && { messageContextInfo }),
  }))

function withText(message: Message, text: string): Message {
  if (text === '') throw new EngineError('invalid_argument', 'a text may not be empty')
  const { extendedTextMessage, conversation } = message
  if (conversation !== undefined) return { conversation: text }
  // A preview belongs to the former words.
  if (extendedTextMessage) return { extendedTextMessage: { text, contextInfo: extendedTextMessage.contextInfo } }
  const field = captioned.find((name) => message[name])
  if (!field) throw new EngineError('invalid_argument', 'only texts and captions can be edited')
  return { [field]: { ...message[field], caption: text } }
}
