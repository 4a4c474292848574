import type { Device } from '../../world/account.ts'
import { accountJid, deviceName } from '../../world/address.ts'
import type { World } from '../../world/world.ts'
import { notify } from './notify.ts'

/** Tells peers that a person's identity key changed: they drop their sessions with it.
 *  Seen in two clients (whatsmeow notification.go, baileys identity-change-handler.js). */
export function announceIdentity(world: World, device: Device): void {
  const { account } = device
  const peers = [...world.peers(account)].flatMap((peer) => [...peer.devices.values()])
  world.log.append('identity.changed', { device: deviceName(device) })
  notify(world, peers, {
    type: 'encrypt',
    from: accountJid(account, 'pn'),
    attrs: { lid: accountJid(account, 'lid') },
    content: [{ tag: 'identity', attrs: {} }],
  })
}
