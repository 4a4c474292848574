import { formatJid } from '../../wire/jid.ts'
import type { AttributeValue, Jid, WireNode } from '../../wire/node.ts'
import { child, children, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Account, Device } from '../../world/account.ts'
import { type Addressing, accountJid, addressingOf, deviceJid, deviceName } from '../../world/address.ts'
import type { World } from '../../world/world.ts'
import { ack } from '../answers.ts'
import { againParts, type Parts, partsOf } from '../groups/group-message.ts'
import { travellingChildren } from '../incoming-message.ts'

export const statusJid: Jid = { user: 'status', server: 'broadcast' }

/** `<message to="status@broadcast">`: like a message in a group, only that the sender names whom it is for: every device in `participants`.
 *  Seen in two clients (whatsmeow send.go and broadcast.go, baileys messages-send.js with statusJidList). Those who blocked the sender get nothing. */
export function routeStatus(world: World, from: Device, node: WireNode): WireNode {
  const again = jidAttr(node, 'participant')
  const parts = again ? againParts(world, node, again) : partsOf(world, node)
  const reached = deliver(world, from, node, parts, again ? (addressingOf(again) ?? 'lid') : addressingIn(node))
  world.log.append('message.routed', {
    id: textAttr(node, 'id'),
    from: deviceName(from),
    to: formatJid(statusJid),
    type: textAttr(node, 'type'),
    devices: reached,
  })
  return ack(node, { t: String(world.seconds()) })
}

/** People are named to each other as the sender named them. */
function addressingIn(node: WireNode): Addressing {
  const [first] = children(child(node, 'participants') ?? node, 'to')
  const jid = jidAttr(first, 'jid')
  return (jid && addressingOf(jid)) ?? 'lid'
}

function deliver(world: World, from: Device, node: WireNode, parts: Parts, addressing: Addressing): string[] {
  const id = textAttr(node, 'id')!
  const reached: string[] = []
  for (const [device, own] of parts.single) {
    if (device === from || device.account.blocked.has(from.account.lid)) continue
    const content = [own, ...(parts.shared ? [parts.shared] : []), ...travellingChildren(node, own)]
    // Own devices know themselves by phone number: baileys takes a status for its own by nothing else (decode-wa-message.js).
    const named = device.account === from.account ? 'pn' : addressing
    const attrs = statusAttrs(world, from, node, named)
    device.mailbox.append('message', id, { tag: 'message', attrs, content }, world.clock.now())
    reached.push(deviceName(device))
  }
  return reached
}

function statusAttrs(
  world: World,
  from: Device,
  node: WireNode,
  addressing: Addressing,
): Record<string, AttributeValue> {
  const edit = textAttr(node, 'edit')
  return {
    id: textAttr(node, 'id')!,
    from: statusJid,
    participant: deviceJid(from, addressing),
    ...otherAddress(from.account, addressing),
    addressing_mode: addressing,
    type: textAttr(node, 'type') ?? 'text',
    t: String(world.seconds()),
    ...(edit === undefined ? {} : { edit }),
    ...(from.account.pushName ? { notify: from.account.pushName } : {}),
  }
}

export function otherAddress(account: Account, addressing: Addressing): Record<string, Jid> {
  return addressing === 'lid'
    ? { participant_pn: accountJid(account, 'pn') }
    : { participant_lid: accountJid(account, 'lid') }
}
