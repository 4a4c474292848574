import { defineKind } from './content-kind.ts'
import { about, keyOf } from './fields.ts'

export const reaction = defineKind({
  type: 'reaction',
  fields: ['reactionMessage'],
  compose: ({ target, emoji }, { chat, now }) => ({
    reactionMessage: { key: keyOf(target, chat), text: emoji, senderTimestampMs: now },
  }),
  describe: ({ key, text }) => ({ emoji: text ?? '', ...about(key) }),
  stanzaType: 'reaction',
  marks: ({ text }) => ({ hidden: true, ...(text ? {} : { edit: '7' }) }),
})

/** Sealed with the secret of the message that it is about: in announcement groups. */
export const encryptedReaction = defineKind({
  type: 'encrypted_reaction',
  fields: ['encReactionMessage'],
  describe: ({ targetMessageKey }) => about(targetMessageKey),
  stanzaType: 'reaction',
  marks: () => ({ hidden: true }),
})
