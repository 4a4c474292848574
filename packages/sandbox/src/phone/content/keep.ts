import type { ContentKind, MessageWish } from './content-kind.ts'
import { entryIn, entryOf, keyOf } from './message-keys.ts'

export interface KeepWish extends MessageWish {
  readonly undo?: boolean
}

const keepType = { keep: 1, undo: 2 } as const

/** Keeps a disappearing message for everybody in the chat, or lets it go again. */
export const keep: ContentKind<KeepWish> = {
  name: 'keep',
  compose: (scene, { message, undo }) => ({
    keepInChatMessage: {
      key: keyOf(scene, entryOf(scene, message)),
      keepType: undo ? keepType.undo : keepType.keep,
      timestampMs: scene.ctx.world.clock.now(),
    },
  }),
  read: ({ keepInChatMessage: it }) =>
    it && {
      kind: 'keep',
      details: { undo: it.keepType === keepType.undo },
      ...(it.key?.id ? { targetId: it.key.id } : {}),
    },
  apply: (ctx, entry, { keepInChatMessage: it }) => {
    const target = entryIn(ctx, entry.chatLid, it?.key?.id)
    if (!target) return
    target.kept = it?.keepType === keepType.keep
    ctx.chats.touch(target)
  },
}
