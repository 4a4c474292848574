import { formatJid } from '../../wire/jid.ts'
import type { Jid, WireNode } from '../../wire/node.ts'
import { child, children, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Account, Device } from '../../world/account.ts'
import { type Addressing, addressingOf, deviceJid, deviceName } from '../../world/address.ts'
import type { World } from '../../world/world.ts'
import { admitMessage } from '../admit-message.ts'
import { ack } from '../answers.ts'
import { routeGroupMessage } from '../groups/group-message.ts'
import { incomingMessage } from '../incoming-message.ts'
import { routeNewsletterMessage } from '../newsletters/newsletter-message.ts'
import { participantHash } from '../participant-hash.ts'
import { placeholderOf } from '../placeholder.ts'
import { invalidStanza, StanzaError } from '../stanza-error.ts'
import type { StanzaHandler } from '../stanza-handler.ts'
import { routeStatus } from '../status/status-message.ts'

interface Target {
  readonly jid: Jid
  readonly enc: WireNode
}

/** `<message to id type>`: one sealed copy for each device, taken apart here and put into the mailboxes.
 *  One-to-one fan-out and peer messages: seen in two clients (whatsmeow send.go, baileys messages-send.js). */
export const handleMessage: StanzaHandler = (world, from, node) => {
  const id = textAttr(node, 'id')
  const to = jidAttr(node, 'to')
  if (!id || !to) throw new StanzaError(invalidStanza, 'invalid-stanza')
  const addressing = addressingOf(to)
  if (to.server === 'g.us') return routeGroupMessage(world, from, node, to)
  if (to.server === 'newsletter') return routeNewsletterMessage(world, from, node, to)
  if (to.server === 'broadcast' && to.user === 'status') return routeStatus(world, from, node)
  if (!addressing) return refuseUnknownChat(world, from, to)
  const chat = chatOf(node, to)
  const recipient = world.account(chat)
  if (!recipient || !world.account(to)) throw new StanzaError(404, 'item-not-found')
  checkNumber(world, node, recipient)
  const targets = targetsOf(from, node, to)
  for (const target of targets) checkTarget(world, from, recipient, target)
  admitMessage(world, from.account, recipient, node)
  const reached = recipient.blocked.has(from.account.lid)
    ? []
    : deliver(world, from, node, { chat, recipient, addressing, targets })
  meet(from.account, recipient)
  world.log.append('message.routed', {
    id,
    from: deviceName(from),
    to: formatJid(to),
    type: textAttr(node, 'type'),
    category: textAttr(node, 'category'),
    number: jidAttr(node, 'peer_recipient_pn')?.user,
    devices: reached,
  })
  return ack(node, { t: String(world.seconds()), ...staleHash(world, from, recipient, node, targets) })
}

/** The number that goes with a LID. Seen in two clients (whatsmeow send.go, zapo); that a wrong one is refused is inferred. */
function checkNumber(world: World, node: WireNode, recipient: Account): void {
  const number = jidAttr(node, 'peer_recipient_pn')
  if (number && world.account(number) !== recipient) throw new StanzaError(invalidStanza, 'invalid-stanza')
}

/** Broadcast lists and the like are not part of this world. */
function refuseUnknownChat(world: World, from: Device, to: Jid): never {
  world.unhandled.record(`message/${to.server}`, deviceName(from))
  throw new StanzaError(501, 'feature-not-implemented')
}

/** A retry to an own device names the device in `to` and the chat in `recipient` (baileys messages-send.js, whatsmeow retry.go). */
function chatOf(node: WireNode, to: Jid): Jid {
  const recipient = jidAttr(node, 'recipient')
  return recipient && addressingOf(recipient) ? recipient : to
}

function targetsOf(from: Device, node: WireNode, to: Jid): Target[] {
  const participants = child(node, 'participants')
  if (!participants) return [{ jid: to, enc: encOf(node) }]
  return children(participants, 'to').map((target) => {
    const jid = jidAttr(target, 'jid')
    if (!jid) throw new StanzaError(invalidStanza, 'invalid-stanza')
    return { jid, enc: placeholderOf(from, target) ?? encOf(target) }
  })
}

function encOf(node: WireNode): WireNode {
  const enc = child(node, 'enc')
  const type = textAttr(enc, 'type')
  const sealed = enc?.content instanceof Uint8Array && enc.content.length > 0
  if (!enc || !sealed || (type !== 'pkmsg' && type !== 'msg')) throw new StanzaError(invalidStanza, 'invalid-stanza')
  return enc
}

/** Copies go to the chat's other side or to the sender's own devices, never to a third person or to the sending device itself. */
function checkTarget(world: World, from: Device, recipient: Account, target: Target): void {
  const account = world.account(target.jid)
  if (account !== recipient && account !== from.account) throw new StanzaError(invalidStanza, 'invalid-stanza')
}

interface Delivery {
  chat: Jid
  recipient: Account
  addressing: Addressing
  targets: readonly Target[]
}

function deliver(world: World, from: Device, node: WireNode, delivery: Delivery): string[] {
  const id = textAttr(node, 'id')!
  const reached: string[] = []
  for (const { jid, enc } of delivery.targets) {
    const device = world.device(jid)
    if (!device || device === from) continue
    const stanza = incomingMessage(world, { from, to: device, node, enc, ...delivery })
    device.mailbox.hold('message', id, stanza, world.clock.now())
    // The acknowledgement leaves first: a receipt with the same id that overtakes it is taken for it (zapo).
    setImmediate(() => device.mailbox.release())
    reached.push(deviceName(device))
  }
  return reached
}

function meet(one: Account, other: Account): void {
  if (one === other) return
  one.peers.add(other)
  other.peers.add(one)
}

/** Whether the sender forgot or invented a device. Only then the ack carries `phash`: whatsmeow drops its device cache when it differs from its
 *  own, so an unasked one would cost a usync with every message. */
function staleHash(
  world: World,
  from: Device,
  recipient: Account,
  node: WireNode,
  targets: readonly Target[],
): { phash?: string } {
  if (!child(node, 'participants') || textAttr(node, 'device_fanout') === 'false') return {}
  const named = new Set(targets.map(({ jid }) => world.device(jid)))
  const expected = [...new Set([...recipient.devices.values(), ...from.account.devices.values()])]
  if (!named.has(undefined) && expected.every((device) => device === from || named.has(device))) return {}
  const addressing = addressingOf(jidAttr(node, 'to')!)!
  return { phash: participantHash(expected.map((device) => deviceJid(device, addressing))) }
}
