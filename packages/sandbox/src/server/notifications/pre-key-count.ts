import { serverJid } from '../../wire/jid.ts'
import type { Device } from '../../world/account.ts'
import type { World } from '../../world/world.ts'
import { notify } from './notify.ts'

/** With fewer one-time keys than this, the device is asked to upload more (whatsmeow prekeys.go MinPreKeyCount). */
const lowCount = 5

/** Tells a companion how many one-time prekeys are left, once they run low. Seen in two clients (whatsmeow notification.go, baileys messages-recv.js). */
export function warnOfFewPreKeys(world: World, device: Device): void {
  const value = device.preKeys.size
  if (value >= lowCount) return
  notify(world, [device], {
    type: 'encrypt',
    from: serverJid,
    content: [{ tag: 'count', attrs: { value: String(value) } }],
  })
}
