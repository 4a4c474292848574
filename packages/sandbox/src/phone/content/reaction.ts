import { ReactionMessage } from '../../wire/proto/index.ts'
import type { ChatEntry } from '../chat-log.ts'
import type { PhoneContext } from '../phone-context.ts'
import type { ContentKind, MessageWish } from './content-kind.ts'
import { authorName, entryIn, entryOf, keyOf } from './message-keys.ts'
import { openAbout } from './open-about.ts'

export interface ReactionWish extends MessageWish {
  /** One emoji; empty takes the reaction back. */
  readonly emoji: string
}

export const reaction: ContentKind<ReactionWish> = {
  name: 'reaction',
  compose: (scene, { message, emoji }) => ({
    reactionMessage: {
      key: keyOf(scene, entryOf(scene, message)),
      text: emoji,
      senderTimestampMs: scene.ctx.world.clock.now(),
    },
  }),
  read: ({ reactionMessage: it }) =>
    it && { kind: 'reaction', text: it.text ?? '', ...(it.key?.id ? { targetId: it.key.id } : {}) },
  apply: (ctx, entry, { reactionMessage: it }) => react(ctx, entry, it?.key?.id, it?.text),
}

/** A reaction that is sealed with the secret of its message: in announcement groups of communities. Seen in: whatsmeow msgsecret.go. */
export const sealedReaction: ContentKind = {
  name: 'sealed_reaction',
  read: ({ encReactionMessage: it }) =>
    it && { kind: 'reaction', ...(it.targetMessageKey?.id ? { targetId: it.targetMessageKey.id } : {}) },
  apply: (ctx, entry, { encReactionMessage: it }) => {
    const found = openAbout(ctx, entry, it, { use: 'Enc Reaction', kind: 'reaction' })
    if (found) react(ctx, entry, found.target.id, ReactionMessage.decode(found.opened).text)
  },
}

function react(ctx: PhoneContext, entry: ChatEntry, id: string | undefined, emoji: string | undefined): void {
  const target = entryIn(ctx, entry.chatLid, id)
  if (!target) return
  const { [authorName(ctx, entry)]: _before, ...others } = target.reactions ?? {}
  target.reactions = emoji ? { ...others, [authorName(ctx, entry)]: emoji } : others
  ctx.chats.touch(target)
}
