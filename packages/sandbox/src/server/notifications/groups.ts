import type { AttributeValue, Jid, WireNode } from '../../wire/node.ts'
import type { Account, Device } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
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

/** Sends one change of a group to every device of those people: of all members when nobody is named. Also the device that made the change gets it.
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

/** The members of a person's groups hear that the number `old` is no more: `participant` of the stanza names the person as of now, the child as before.
 *  That there is such a change: seen in one client (baileys messages-recv.js); what it holds in groups by hidden id is inferred. */
export function tellNumberInGroups(world: World, account: Account, old: string): void {
  const before: Jid = { user: old, server: 's.whatsapp.net' }
  for (const group of world.groups.of(account)) {
    const attrs: Record<string, AttributeValue> =
      group.addressing === 'pn' ? { jid: before } : { jid: accountJid(account, 'lid'), phone_number: before }
    const change: WireNode = { tag: 'modify', attrs: {}, content: [{ tag: 'participant', attrs }] }
    tellGroup(world, group, account, change)
  }
}

/** A companion that misses a live change must fetch its groups again at its next login. */
function isAway(device: Device): boolean {
  return device.id !== 0 && !device.mailbox.attached
}
