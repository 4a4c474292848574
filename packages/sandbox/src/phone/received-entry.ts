import type { Jid, WireNode } from '../wire/node.ts'
import { textAttr } from '../wire/node-access.ts'
import type { Message } from '../wire/proto/index.ts'
import type { Device } from '../world/account.ts'
import { addressingOf, deviceName } from '../world/address.ts'
import type { ChatEntry } from './chat-log.ts'
import { describeMessage } from './message-content.ts'
import type { PhoneContext } from './phone-context.ts'

/** What the stanza of a message says about its sender. */
interface Received {
  readonly id: string
  readonly from: Device
  readonly fromJid: Jid
  readonly stanza: WireNode
}

/** A message that came, as the phone holds it. */
export function receivedEntry(
  { account, world }: PhoneContext,
  place: Pick<ChatEntry, 'chat' | 'chatLid'>,
  { id, from, fromJid, stanza }: Received,
  message: Message,
): ChatEntry {
  const senderName = textAttr(stanza, 'notify')
  return {
    id,
    ...place,
    fromMe: from.account === account,
    sender: deviceName(from),
    ...(senderName ? { senderName } : {}),
    ...describeMessage(message),
    addressing: addressingOf(fromJid) ?? 'lid',
    at: world.clock.now(),
    message,
    receipts: [],
    status: 'received',
  }
}
