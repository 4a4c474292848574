import type { WireNode } from '../../wire/node.ts'
import type { Device } from '../../world/account.ts'
import { deviceJid, deviceName } from '../../world/address.ts'
import type { Group } from '../../world/groups/group.ts'
import { isMember } from '../../world/groups/permissions.ts'
import type { World } from '../../world/world.ts'
import { membersOf } from '../notifications/groups.ts'
import { showLive } from '../show-live.ts'
import { groupJid } from './group-address.ts'

/** Typing in a group: reaches the other members' devices that are available, and is kept for nobody. Seen in two clients (whatsmeow presence.go, which
 *  insists on `participant`, and baileys chats.js). */
export function pushGroupChatState(world: World, from: Device, group: Group, state: WireNode): void {
  if (!isMember(group, from.account)) return
  const attrs = { from: groupJid(group), participant: deviceJid(from, group.addressing) }
  const stanza = { tag: 'chatstate', attrs, content: [state] }
  let reached = 0
  for (const account of membersOf(world, group)) {
    if (account === from.account) continue
    for (const device of account.devices.values()) if (showLive(device, stanza)) reached++
  }
  world.log.append('chatstate', { device: deviceName(from), to: group.id, state: state.tag, reached })
}
