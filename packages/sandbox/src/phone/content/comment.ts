import { Message } from '../../wire/proto/index.ts'
import type { ContentKind, MessageWish } from './content-kind.ts'
import { innerMessage } from './inner-message.ts'
import { authorOf, entryIn, entryOf, keyOf } from './message-keys.ts'
import { openWithSecret, sealWithSecret } from './message-secret.ts'
import { secretOf } from './poll.ts'

export interface CommentWish extends MessageWish {
  readonly text: string
}

/** A comment on a message of an announcement group, sealed with that message's secret. Seen in one client (whatsmeow msgsecret.go). */
export const comment: ContentKind<CommentWish> = {
  name: 'comment',
  compose: (scene, { message, text }) => {
    const entry = entryOf(scene, message)
    const secret = secretOf(entry.message)
    if (!secret) throw new Error(`message ${message} has no secret to seal a comment with`)
    const { ctx, addressing } = scene
    const named = { author: entry.addressing, by: addressing }
    const parties = { id: entry.id, author: authorOf(ctx, entry), by: ctx.account }
    const plaintext = Message.encode({ extendedTextMessage: { text } })
    const sealed = sealWithSecret('Enc Comment', secret, parties, named, plaintext)
    return { encCommentMessage: { targetMessageKey: keyOf(scene, entry), ...sealed } }
  },
  read: ({ encCommentMessage, commentMessage }) => {
    const it = encCommentMessage ?? commentMessage
    return it && { kind: 'comment', ...(it.targetMessageKey?.id ? { targetId: it.targetMessageKey.id } : {}) }
  },
  apply: (ctx, entry, { encCommentMessage: sealed, commentMessage: open }) => {
    const target = entryIn(ctx, entry.chatLid, (sealed ?? open)?.targetMessageKey?.id)
    if (!target) return
    const words = open?.message ?? (sealed && opened(ctx, entry, target, sealed))
    const text = words && textOf(words)
    if (text === undefined) return
    entry.text = text
    ctx.chats.touch(entry)
  },
}

type Apply = Parameters<NonNullable<ContentKind['apply']>>

function opened(
  ctx: Apply[0],
  entry: Apply[1],
  target: Apply[1],
  sealed: NonNullable<Message['encCommentMessage']>,
): Message | undefined {
  const secret = secretOf(target.message)
  const parties = { id: target.id, author: authorOf(ctx, target), by: authorOf(ctx, entry) }
  const plaintext = secret && openWithSecret('Enc Comment', secret, parties, sealed)
  if (plaintext) return Message.decode(plaintext)
  ctx.violation('comment', `comment ${entry.id} cannot be opened with the secret of ${target.id}`)
  return undefined
}

function textOf(message: Message): string | undefined {
  const inner = innerMessage(message)
  return inner.conversation ?? inner.extendedTextMessage?.text
}
