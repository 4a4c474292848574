import type { WireNode } from '../wire/node.ts'
import type { Device } from '../world/account.ts'

/** Shows a device what others do at this moment: only while it is available itself, and it is kept for nobody. Said of presence and of typing in one client
 *  (whatsmeow presence.go SubscribePresence, types/events ChatPresence). @returns whether the device saw it */
export function showLive(device: Device, stanza: WireNode): boolean {
  return device.presence === 'available' && device.mailbox.push(stanza)
}
