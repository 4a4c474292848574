import type { Message } from '../generated/messages.ts'
import { defineKind } from './content-kind.ts'
import { about, present } from './fields.ts'

/** Somebody is mentioned in a status, which the key names. */
const mention = (message: Message | undefined) => about(message?.protocolMessage?.key)

export const statusMention = defineKind({
  type: 'status_mention',
  fields: ['statusMentionMessage'],
  describe: ({ message }) => mention(message),
  stanzaType: 'text',
})

export const groupStatusMention = defineKind({
  type: 'group_status_mention',
  fields: ['groupStatusMentionMessage'],
  describe: ({ message }) => mention(message),
  stanzaType: 'text',
})

export const statusNotification = defineKind({
  type: 'status_notification',
  fields: ['statusNotificationMessage'],
  describe: ({ originalMessageKey, responseMessageKey }) => about(originalMessageKey ?? responseMessageKey),
  stanzaType: 'text',
})

export const statusQuestionAnswer = defineKind({
  type: 'status_question_answer',
  fields: ['statusQuestionAnswerMessage'],
  describe: ({ key, text }) => ({ ...present({ text }), ...about(key) }),
  stanzaType: 'text',
})

export const statusQuoted = defineKind({
  type: 'status_quoted',
  fields: ['statusQuotedMessage'],
  describe: ({ text, originalStatusId }) => ({ ...present({ text }), ...about(originalStatusId) }),
  stanzaType: 'text',
})

export const statusStickerInteraction = defineKind({
  type: 'status_sticker_interaction',
  fields: ['statusStickerInteractionMessage'],
  describe: ({ key }) => about(key),
  stanzaType: 'text',
})

export const statusLinkPreview = defineKind({
  type: 'status_link_preview',
  fields: ['statusLinkPreviewMetadata'],
  describe: () => ({}),
  stanzaType: 'text',
})

export const music = defineKind({
  type: 'music',
  fields: ['musicMessage'],
  describe: ({ embeddedMusic }) =>
    present({ text: [embeddedMusic?.title, embeddedMusic?.author].filter(Boolean).join(' – ') }),
  stanzaType: 'media',
})
