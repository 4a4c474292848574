import type { ContentKind, MessageWish } from './content-kind.ts'
import { entryIn, entryOf, keyOf } from './message-keys.ts'

export interface PinWish extends MessageWish {
  /** How long: a day, a week or 30 days. */
  readonly seconds?: 86400 | 604800 | 2592000
  readonly undo?: boolean
}

const pinType = { pin: 1, undo: 2 } as const

/** Pins a message for everybody in the chat. */
export const pin: ContentKind<PinWish> = {
  name: 'pin',
  compose: (scene, { message, seconds = 604_800, undo }) => ({
    pinInChatMessage: {
      key: keyOf(scene, entryOf(scene, message)),
      type: undo ? pinType.undo : pinType.pin,
      senderTimestampMs: scene.ctx.world.clock.now(),
    },
    messageContextInfo: { messageAddOnDurationInSecs: undo ? 0 : seconds },
  }),
  read: ({ pinInChatMessage: it, messageContextInfo }) =>
    it && {
      kind: 'pin',
      details: { undo: it.type === pinType.undo, seconds: messageContextInfo?.messageAddOnDurationInSecs },
      ...(it.key?.id ? { targetId: it.key.id } : {}),
    },
  apply: (ctx, entry, { pinInChatMessage: it }) => {
    const target = entryIn(ctx, entry.chatLid, it?.key?.id)
    if (!target) return
    target.pinned = it?.type === pinType.pin
    ctx.chats.touch(target)
  },
}
