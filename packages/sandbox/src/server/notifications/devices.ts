import type { WireNode } from '../../wire/node.ts'
import type { Account, Device } from '../../world/account.ts'
import { type Addressing, accountJid, deviceJid } from '../../world/address.ts'
import type { World } from '../../world/world.ts'
import { participantHash } from '../participant-hash.ts'
import { notify } from './notify.ts'

/** Tells peers and the account's other companions that a companion was linked.
 *  Seen in two clients (whatsmeow notification.go, baileys messages-recv.js). */
export function announceCompanion(world: World, device: Device): void {
  announce(world, device, 'add')
}

/** Tells them that one was unlinked. Seen in two clients, as above. */
export function announceRemoval(world: World, device: Device): void {
  announce(world, device, 'remove')
}

function announce(world: World, device: Device, change: 'add' | 'remove'): void {
  const { account } = device
  const others = [...account.devices.values()].filter((other) => other !== device)
  notify(world, others, { type: 'account_sync', from: accountJid(account, 'pn'), content: [ownDevices(account)] })
  const peers = [...world.peers(account)].flatMap((peer) => [...peer.devices.values()])
  if (peers.length === 0) return
  notify(world, peers, {
    type: 'devices',
    from: accountJid(account, 'pn'),
    attrs: { lid: accountJid(account, 'lid') },
    content: [deviceChange(device, change)],
  })
}

function ownDevices(account: Account): WireNode {
  const content = [...account.devices.values()].map((device) => deviceNode(device, 'pn'))
  return { tag: 'devices', attrs: { dhash: deviceHash(account, 'pn') }, content }
}

function deviceChange(device: Device, change: 'add' | 'remove'): WireNode {
  const { account } = device
  const changed = deviceNode(device, 'pn')
  const withLid = { ...changed, attrs: { ...changed.attrs, lid: deviceJid(device, 'lid') } }
  return {
    tag: change,
    attrs: { device_hash: deviceHash(account, 'pn'), device_lid_hash: deviceHash(account, 'lid') },
    content: [withLid, ...keyIndexList(account)],
  }
}

function deviceNode(device: Device, addressing: Addressing): WireNode {
  const index = device.id === 0 ? {} : { 'key-index': String(device.keyIndex) }
  return { tag: 'device', attrs: { jid: deviceJid(device, addressing), ...index } }
}

function deviceHash(account: Account, addressing: Addressing): string {
  return participantHash([...account.devices.values()].map((device) => deviceJid(device, addressing)))
}

function keyIndexList(account: Account): WireNode[] {
  const list = account.keyIndexList
  return list ? [{ tag: 'key-index-list', attrs: { ts: String(list.timestamp) }, content: list.bytes }] : []
}
