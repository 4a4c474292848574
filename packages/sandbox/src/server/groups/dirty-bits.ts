import type { WireNode } from '../../wire/node.ts'
import type { Device } from '../../world/account.ts'
import type { World } from '../../world/world.ts'

/** `<dirty type="groups" timestamp>` for a device that was away while its groups changed, or that is new: it lists its groups again and then says
 *  that it is clean. Seen in one client (baileys groups.js); whatsmeow takes no notice. */
export function dirtyBits(world: World, device: Device): WireNode[] {
  if (!world.groups.isDirty(device)) return []
  return [{ tag: 'dirty', attrs: { type: 'groups', timestamp: String(world.seconds()) } }]
}
