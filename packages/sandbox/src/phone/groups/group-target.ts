import { type ProtocolMessage, ProtocolMessageType } from '../../wire/proto/index.ts'
import type { Account } from '../../world/account.ts'
import { isAdmin } from '../../world/groups/permissions.ts'
import type { ChatEntry } from '../chat-log.ts'
import type { PhoneContext } from '../phone-context.ts'

/** In a group people change their own messages, and admins also revoke those of others. Anything else is a violation and changes nothing. */
export function targetInGroup(
  ctx: PhoneContext,
  entry: ChatEntry,
  id: string,
  protocol: ProtocolMessage,
): ChatEntry | undefined {
  const { chats, world } = ctx
  const target = chats.find(entry.chatLid, true, id) ?? chats.find(entry.chatLid, false, id)
  const sender = world.account(entry.sender)
  const author = target && world.account(target.sender)
  if (!target || !sender || author === sender) return target
  if (protocol.type === ProtocolMessageType.revoke && isAdminOf(ctx, entry.chatLid, sender)) return target
  ctx.violation('foreign_message', `${sender.phone} changed message ${id} of ${author?.phone ?? 'nobody'}`)
  return undefined
}

function isAdminOf({ world }: PhoneContext, chat: string, account: Account): boolean {
  const group = world.groups.get(chat)
  return group !== undefined && isAdmin(group, account)
}
