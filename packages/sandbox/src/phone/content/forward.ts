import type { Message } from '../../wire/proto/index.ts'
import { NotThere } from '../not-there.ts'
import type { ContentKind, MessageWish } from './content-kind.ts'
import { contextHolder, contextOf, innerMessage } from './inner-message.ts'

const frequently = 5

/** A message of any chat, sent on. It carries how often that was done. Shown as what it is, with the flag `forwarded`. */
export const forward: ContentKind<MessageWish> = {
  name: 'forward',
  compose: ({ ctx }, { message }) => {
    const entry = ctx.chats.list().find(({ id }) => id === message)
    if (!entry) throw new NotThere(`there is no message ${message} to forward`)
    if (entry.revoked) throw new Error(`message ${message} was taken back`)
    const { messageContextInfo: _secret, ...inner } = innerMessage(entry.message)
    const copy = structuredClone(inner) as Message
    const score = (contextOf(entry.message)?.forwardingScore ?? 0) + (entry.fromMe ? 0 : 1)
    const contextInfo = { isForwarded: true, forwardingScore: Math.min(Math.max(score, 1), frequently) }
    if (copy.conversation !== undefined) return { extendedTextMessage: { text: copy.conversation, contextInfo } }
    const holder = contextHolder(copy)
    if (!holder) throw new Error(`message ${message} cannot be forwarded`)
    holder.contextInfo = contextInfo
    return copy
  },
  read: () => undefined,
}
