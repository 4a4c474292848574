import { type Address, bareJid, type InboundMessage, isGroupJid } from '@switchboard/engine'
import { bothAddresses, type DeviceContext } from '../events/event-source.ts'

/** Who wrote the message that this one is about, as the one who sent it claims. Undefined when it names nobody. */
export function targetAuthor(device: DeviceContext, item: InboundMessage): Address | undefined {
  const { target } = item.view
  if (!target) return undefined
  if (target.fromMe) return item.sender
  if (target.sender !== undefined) return bothAddresses(device, target.sender)
  if (isGroupJid(item.chat.jid) || item.chat.jid.endsWith('@broadcast')) return undefined
  // Of two people in a chat it is the other one.
  if (item.fromMe) return item.chat
  return device.account && bothAddresses(device, bareJid(device.account.jid))
}
