import { defineKind } from './content-kind.ts'
import { about, present } from './fields.ts'

/** An answer under a post of a channel, or of a community's announcements. */
export const comment = defineKind({
  type: 'comment',
  fields: ['commentMessage'],
  // Seen in: whatsmeow's protobuf `CommentMessage`; that a channel gets it in the open follows from every other post there.
  compose: ({ text, postId }, { chat }) => ({
    commentMessage: {
      message: { conversation: text },
      targetMessageKey: { remoteJid: chat, fromMe: false, id: postId },
    },
  }),
  describe({ message = {}, targetMessageKey }, _message, describe) {
    const { type: _, ...said } = describe(message)
    return { ...said, ...about(targetMessageKey) }
  },
  stanzaType: 'text',
})

export const encryptedComment = defineKind({
  type: 'encrypted_comment',
  fields: ['encCommentMessage'],
  describe: ({ targetMessageKey }) => about(targetMessageKey),
  stanzaType: 'text',
  marks: () => ({ hidden: true }),
})

/** An answer to a question of a channel. */
export const questionResponse = defineKind({
  type: 'question_response',
  fields: ['questionResponseMessage'],
  describe: ({ key, text }) => ({ ...present({ text }), ...about(key) }),
  stanzaType: 'text',
})
