import type { WireNode } from '../../wire/node.ts'
import type { Account } from '../../world/account.ts'
import type { Group } from '../../world/groups/group.ts'
import { enrol, setRole, strike, successor } from '../../world/groups/roster.ts'
import type { World } from '../../world/world.ts'
import { membersOf, tellGroup } from '../notifications/groups.ts'
import { acquaint } from './acquaint.ts'
import { endGroup } from './end-group.ts'
import { byLid } from './group-address.ts'
import { groupNode, participantNodes } from './group-node.ts'

/** How somebody came to be a member, as notifications name it; undefined when a member or admin added them. */
export type JoinReason = 'invite' | 'linked_group_join' | 'default_sub_group_admin_add' | undefined

/** Makes people members and tells everybody: those who are new get the whole group (`create`), and all get the change (`add`).
 *  Who joins a subgroup joins its community and the announcement group with it. That both stanzas reach the new ones is inferred. */
export function admit(
  world: World,
  group: Group,
  actor: Account,
  people: readonly Account[],
  reason?: JoinReason,
): void {
  const before = group.participantVersion
  const fresh = enrol(
    group,
    people.map((account) => account.lid),
    world.clock.now(),
  )
  if (fresh.length === 0) return
  const arrived = fresh.flatMap((lid) => byLid(world, lid) ?? [])
  for (const account of arrived) acquaint(account, actor)
  const why = reason === undefined ? {} : { reason }
  tellGroup(world, group, actor, { tag: 'create', attrs: why, content: [groupNode(world, group)] }, arrived)
  tellGroup(world, group, actor, rosterChange(world, group, 'add', fresh, before, why))
  for (const wider of widerGroups(world, group)) admit(world, wider, actor, arrived, 'linked_group_join')
}

/** Ends memberships and tells those who stay and those who go. Who leaves a community, or its announcement group, leaves all of its groups.
 *  When no admin is left, the longest member becomes one. */
export function dismiss(
  world: World,
  group: Group,
  actor: Account,
  people: readonly Account[],
  how: 'left' | 'removed',
): void {
  const before = group.participantVersion
  const gone = strike(
    group,
    people.map((account) => account.lid),
    how,
    world.clock.now(),
  )
  if (gone.length === 0) return
  const departed = gone.flatMap((lid) => byLid(world, lid) ?? [])
  const change = rosterChange(world, group, 'remove', gone, before)
  tellGroup(world, group, actor, change, [...membersOf(world, group), ...departed])
  for (const dependent of dependentGroups(world, group)) dismiss(world, dependent, actor, departed, how)
  const heir = successor(group)
  if (heir !== undefined) changeRole(world, group, actor, [heir], 'promote')
  if (group.participants.size === 0) endGroup(world, group)
}

/** Makes members admins, or admins members. Admins of a community are admins of its announcement group. */
export function changeRole(
  world: World,
  group: Group,
  actor: Account,
  lids: readonly string[],
  action: 'promote' | 'demote',
): void {
  const before = group.participantVersion
  const changed = lids.filter((lid) => setRole(group, lid, action === 'promote' ? 'admin' : 'member'))
  if (changed.length > 0) tellGroup(world, group, actor, rosterChange(world, group, action, changed, before))
  if (!group.community) return
  for (const sub of world.groups.subGroups(group))
    if (sub.isDefaultSubGroup) changeRole(world, sub, actor, lids, action)
}

function rosterChange(
  world: World,
  group: Group,
  tag: string,
  lids: readonly string[],
  before: number,
  extra: Record<string, string> = {},
): WireNode {
  const attrs = { v_id: String(group.participantVersion), prev_v_id: String(before), ...extra }
  return { tag, attrs, content: participantNodes(world, group, lids) }
}

function widerGroups(world: World, group: Group): Group[] {
  if (group.community) return world.groups.subGroups(group).filter((sub) => sub.isDefaultSubGroup)
  const community = group.parent === undefined ? undefined : world.groups.get(group.parent)
  return community ? [community] : []
}

function dependentGroups(world: World, group: Group): Group[] {
  if (group.community) return world.groups.subGroups(group)
  const community = group.isDefaultSubGroup && group.parent !== undefined ? world.groups.get(group.parent) : undefined
  return community ? [community] : []
}
