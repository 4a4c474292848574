import type { AttributeValue, WireNode } from '../../wire/node.ts'
import type { Account, Device } from '../../world/account.ts'
import type { Group } from '../../world/groups/group.ts'
import { isAdmin } from '../../world/groups/permissions.ts'
import type { World } from '../../world/world.ts'
import { byLid, groupJid, namedAs } from '../groups/group-address.ts'
import { notify } from './notify.ts'

/** Members of a group who still exist. */
export function membersOf(world: World, group: Group): Account[] {
  return [...group.participants.keys()].flatMap((lid) => byLid(world, lid) ?? [])
}

export function adminsOf(world: World, group: Group): Account[] {
  return membersOf(world, group).filter((account) => isAdmin(group, account))
}

/** One change of a group, told to every device of those people: of all members when nobody is named. Also the device that made the change hears of it.
 *  Seen in two clients (whatsmeow group.go parseGroupChange, baileys messages-recv.js handleGroupNotification). */
export function tellGroup(
  world: World,
  group: Group,
  actor: Account,
  change: WireNode,
  people: readonly Account[] = membersOf(world, group),
): void {
  const devices = people.flatMap((account) => [...account.devices.values()])
  notify(world, devices, {
    type: 'w:gp2',
    from: groupJid(group),
    attrs: actorAttrs(group, actor),
    content: [change],
  })
  for (const device of devices) if (isAway(device)) world.groups.markDirty(device)
  world.log.append('group.changed', { group: group.id, by: actor.phone, change: change.tag })
}

function actorAttrs(group: Group, actor: Account): Record<string, AttributeValue> {
  return {
    ...namedAs(group, actor, 'participant'),
    addressing_mode: group.addressing,
    ...(actor.pushName ? { notify: actor.pushName } : {}),
  }
}

/** A companion that misses a change live is told at its next login to fetch its groups again. */
function isAway(device: Device): boolean {
  return device.id !== 0 && !device.mailbox.attached
}
