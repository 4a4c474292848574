import type { ProtocolMessage } from '../wire/proto/index.ts'
import type { ChatEntry } from './chat-log.ts'
import { targetInGroup } from './groups/group-target.ts'
import type { PhoneContext } from './phone-context.ts'

/** The message that an edit or a revocation is about, if whoever sent it may touch that one. */
export function targetOf(ctx: PhoneContext, entry: ChatEntry, protocol: ProtocolMessage): ChatEntry | undefined {
  const id = protocol.key?.id
  if (!id) return undefined
  const severalWrite = entry.chatLid.endsWith('@g.us') || entry.chatLid.endsWith('@broadcast')
  if (severalWrite) return targetInGroup(ctx, entry, id, protocol)
  return ctx.chats.find(entry.chatLid, entry.fromMe, id)
}
