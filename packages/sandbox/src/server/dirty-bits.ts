import { serverJid } from '../wire/jid.ts'
import type { WireNode } from '../wire/node.ts'
import { textAttr } from '../wire/node-access.ts'
import type { Device } from '../world/account.ts'
import type { MailboxEntry } from '../world/mailbox.ts'
import type { World } from '../world/world.ts'

/** `<ib>` with something that the server says by itself. */
export const info = (block: WireNode): WireNode => ({ tag: 'ib', attrs: { from: serverJid }, content: [block] })

const dirty = (type: string, seconds: number): WireNode => ({
  tag: 'dirty',
  attrs: { type, timestamp: String(seconds) },
})

/** What a device must fetch again, and say then that it is clean.
 *  - groups: it was away while its groups changed, or is new. Seen in one client (baileys groups.js); whatsmeow takes no notice.
 *  - syncd_app_state: the server no longer knows what the device missed. Seen in two clients (zapo client/events/dirty.ts, whatsapp-rust
 *    handlers/ib.rs). */
export function dirtyBits(world: World, device: Device): WireNode[] {
  return [
    ...(world.groups.isDirty(device) ? [dirty('groups', world.seconds())] : []),
    ...(device.appStateDirtySince === undefined ? [] : [dirty('syncd_app_state', device.appStateDirtySince)]),
  ]
}

const isAppState = ({ node }: MailboxEntry): boolean => textAttr(node, 'type') === 'server_sync'

/** What waited for a device about app state is lost, where it has to fetch all of it. */
export function loseAppState(device: Device): void {
  if (device.appStateDirtySince !== undefined) device.mailbox.discard(isAppState)
}

/** The server gives up to tell a device one by one what changed in the app state: it says that all of it must be fetched, now or at the next login. */
export function soilAppState(world: World, device: Device): void {
  device.appStateDirtySince = world.seconds()
  loseAppState(device)
  device.mailbox.push(info(dirty('syncd_app_state', device.appStateDirtySince)))
}
