import { defineKind } from './content-kind.ts'
import { about, keyOf } from './fields.ts'

const keepType = { keep: 1, undo: 2 } as const

/** Keeps a disappearing message for everybody in the chat, or lets it go again. */
export const keep = defineKind({
  type: 'keep',
  fields: ['keepInChatMessage'],
  compose: ({ target, kept }, { chat, now }) => ({
    keepInChatMessage: {
      key: keyOf(target, chat),
      keepType: kept ? keepType.keep : keepType.undo,
      timestampMs: now,
    },
  }),
  describe: ({ key, keepType: type }) => ({ keep: { kept: type !== keepType.undo }, ...about(key) }),
  stanzaType: 'text',
  marks: ({ key, keepType: type }) => ({
    hidden: true,
    ...(key?.fromMe && type === keepType.undo ? { edit: '7' } : {}),
  }),
})
