import { ProtocolMessageType } from '../../wire/proto/index.ts'
import { isAdmin } from '../../world/groups/permissions.ts'
import type { ChatEntry } from '../chat-log.ts'
import { targetOf } from '../message-target.ts'
import type { ComposeScene, ContentKind, MessageWish } from './content-kind.ts'
import { entryOf, keyOf } from './message-keys.ts'

/** WhatsApp's help pages: about two days and a half. */
const revocableMs = 60 * 60 * 60 * 1000

/** Takes a message back for everybody: an own one, or as admin of a group anybody's. */
export const revoke: ContentKind<MessageWish> = {
  name: 'revoke',
  compose: (scene, { message }) => {
    const entry = entryOf(scene, message)
    checkAllowed(scene, entry)
    return { protocolMessage: { key: keyOf(scene, entry), type: ProtocolMessageType.revoke } }
  },
  read: ({ protocolMessage: it }) => {
    // The type of a revocation is 0, which some writers leave out.
    if (!it?.key || (it.type ?? 0) !== ProtocolMessageType.revoke) return undefined
    return { kind: 'revoke', ...(it.key.id ? { targetId: it.key.id } : {}) }
  },
  apply: (ctx, entry, { protocolMessage: it }) => {
    const target = it && targetOf(ctx, entry, it)
    if (!target) return
    target.revoked = true
    ctx.chats.touch(target)
  },
}

function checkAllowed({ ctx, chatLid }: ComposeScene, entry: ChatEntry): void {
  if (ctx.world.clock.now() - entry.at > revocableMs) throw new Error(`message ${entry.id} is too old to take back`)
  if (entry.fromMe) return
  const group = ctx.world.groups.get(chatLid)
  if (!group || !isAdmin(group, ctx.account)) throw new Error(`message ${entry.id} is somebody else's`)
}
