import type { WireNode } from '../../wire/node.ts'
import { child, contentBytes, jidAttr, textAttr } from '../../wire/node-access.ts'
import type { Account, Device } from '../../world/account.ts'
import { type Addressing, accountJid, addressingOf, deviceName } from '../../world/address.ts'
import { maySee } from '../../world/people/privacy-rules.ts'
import type { World } from '../../world/world.ts'
import { showsToken } from '../privacy-tokens.ts'
import { showLive } from '../show-live.ts'
import { StanzaError } from '../stanza-error.ts'
import type { StanzaHandler } from '../stanza-handler.ts'

/** `<presence type="available|unavailable" name/>` and `<presence type="subscribe|unsubscribe" to/>`.
 *  Seen in two clients (whatsmeow presence.go, baileys chats.js); unsubscribe is inferred. */
export const handlePresence: StanzaHandler = (world, from, node) => {
  const type = textAttr(node, 'type') ?? 'available'
  if (type === 'available' || type === 'unavailable') announceSelf(world, from, node, type)
  else if (type === 'subscribe') subscribe(world, from, node)
  else if (type === 'unsubscribe') world.subscriptions.unsubscribe(from, subject(world, node).account)
  else throw new StanzaError(400, 'bad-request')
  return undefined
}

/** Sets a device's presence and tells those who subscribed to the person, if that person thereby came or went. */
export function setPresence(world: World, device: Device, presence: Device['presence']): void {
  if (device.presence === presence) return
  const wasAvailable = isAvailable(device.account)
  device.presence = presence
  if (presence === 'unavailable') device.lastSeenAt = world.clock.now()
  world.log.append('presence', { device: deviceName(device), presence })
  if (wasAvailable === isAvailable(device.account)) return
  for (const [subscriber, addressing] of world.subscriptions.subscribers(device.account)) {
    // A person who may see neither gets nothing when somebody comes or goes: that would give it away too.
    if (maySee(device.account, 'online', subscriber.account) || maySee(device.account, 'last', subscriber.account)) {
      showLive(subscriber, presenceNode(device.account, subscriber.account, addressing))
    }
  }
}

function announceSelf(world: World, from: Device, node: WireNode, presence: Device['presence']): void {
  const name = textAttr(node, 'name')
  if (name) from.account.pushName = name
  // baileys sends a name without a type when the push name changes: that says nothing about presence (socket.js).
  if (textAttr(node, 'type')) setPresence(world, from, presence)
}

function subscribe(world: World, from: Device, node: WireNode): void {
  const { account, addressing } = subject(world, node)
  showsToken(world, { holder: from.account, owner: account }, contentBytes(child(node, 'tctoken')), 'presence')
  world.subscriptions.subscribe(from, account, addressing)
  showLive(from, presenceNode(account, from.account, addressing))
}

function subject(world: World, node: WireNode): { account: Account; addressing: Addressing } {
  const to = jidAttr(node, 'to')
  const addressing = to && addressingOf(to)
  const account = to && world.account(to)
  if (!addressing || !account) throw new StanzaError(404, 'item-not-found')
  return { account, addressing }
}

function presenceNode(account: Account, viewer: Account, addressing: Addressing): WireNode {
  const from = accountJid(account, addressing)
  if (isAvailable(account) && maySee(account, 'online', viewer)) return { tag: 'presence', attrs: { from } }
  const seen = Math.max(0, ...[...account.devices.values()].map((device) => device.lastSeenAt ?? 0))
  const hidden = seen === 0 || !maySee(account, 'last', viewer)
  const last = hidden ? 'deny' : String(Math.floor(seen / 1000))
  return { tag: 'presence', attrs: { from, type: 'unavailable', last } }
}

function isAvailable(account: Account): boolean {
  for (const device of account.devices.values()) if (device.presence === 'available') return true
  return false
}
