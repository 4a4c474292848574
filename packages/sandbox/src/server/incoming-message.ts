import { bareJid } from '../wire/jid.ts'
import type { AttributeValue, Jid, WireNode } from '../wire/node.ts'
import { children, textAttr } from '../wire/node-access.ts'
import type { Account, Device } from '../world/account.ts'
import { type Addressing, accountJid, deviceJid } from '../world/address.ts'
import type { World } from '../world/world.ts'
import { verifiedNameNode } from './verified-name.ts'

/** Children that travel with every copy. `tctoken`, `participants` and the like are for the server alone. */
const travelling = new Set(['meta', 'biz', 'reporting', 'bot', 'multicast', 'url_text', 'url_number', 'hsm'])
/** Attributes that travel as they are. */
const kept = ['type', 'category', 'edit', 'expiration'] as const

/** One copy of a message as a device receives it. User names: seen in one client (zapo message/primitives/incoming.ts). Other attributes as whatsmeow (message.go parseMessageSource) and baileys
 *  (decode-wa-message.js) read them: the sender's other address, and for own devices the chat and its other address. */
export function incomingMessage(
  world: World,
  copy: {
    from: Device
    to: Device
    node: WireNode
    enc: WireNode
    chat: Jid
    recipient: Account
    addressing: Addressing
  },
): WireNode {
  const { from, to, node, enc, addressing } = copy
  const attrs: Record<string, AttributeValue> = {
    id: textAttr(node, 'id') ?? '',
    from: deviceJid(from, addressing),
    t: String(world.seconds()),
    addressing_mode: addressing,
  }
  for (const name of kept) {
    const value = textAttr(node, name)
    if (value !== undefined) attrs[name] = value
  }
  if (from.account.pushName) attrs['notify'] = from.account.pushName
  if (from.account !== to.account && from.account.username) attrs['username'] = from.account.username.name
  Object.assign(attrs, from.account === to.account ? ownCopyAttrs(copy) : senderAttrs(from.account, addressing))
  const { business } = from.account.person
  const certificate = business && from.account !== to.account ? verifiedNameNode(business) : undefined
  const content = [enc, ...travellingChildren(node, enc), ...(certificate ? [certificate] : [])]
  return { tag: 'message', attrs, content }
}

function senderAttrs(account: Account, addressing: Addressing): Record<string, Jid> {
  return addressing === 'lid' ? { sender_pn: accountJid(account, 'pn') } : { sender_lid: accountJid(account, 'lid') }
}

function ownCopyAttrs(copy: {
  node: WireNode
  chat: Jid
  recipient: Account
  addressing: Addressing
}): Record<string, AttributeValue> {
  // Peer messages are between own devices: there is no chat to name.
  if (textAttr(copy.node, 'category') === 'peer') return {}
  const other: Record<string, Jid> =
    copy.addressing === 'lid'
      ? { peer_recipient_pn: accountJid(copy.recipient, 'pn') }
      : { peer_recipient_lid: accountJid(copy.recipient, 'lid') }
  const { username } = copy.recipient
  const name = username ? { peer_recipient_username: username.name } : {}
  return { recipient: bareJid(copy.chat), ...other, ...name }
}

/** What goes along with a copy; the sender's device identity only with a first contact. */
export function travellingChildren(node: WireNode, enc: WireNode | undefined): WireNode[] {
  const firstContact = textAttr(enc, 'type') === 'pkmsg'
  return children(node).filter((item) => travelling.has(item.tag) || (firstContact && item.tag === 'device-identity'))
}
