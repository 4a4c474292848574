import { type Address, EngineError, isGroupJid, type Subgroup } from '@switchboard/engine'
import { childOf, childrenNamed } from '../../wire/nodes.ts'
import type { AbilityParts } from '../ability-parts.ts'
import { checkItem, groupRequest, node } from './group-request.ts'
import { participant, readSubgroup } from './read-group.ts'

// Seen in: whatsmeow group.go `LinkGroup`, `UnlinkGroup`, `GetSubGroups`, `GetLinkedGroupsParticipants`, baileys communities.js.

const subgroup = 'sub_group'

const checkGroup = (group: string): void => {
  if (!isGroupJid(group)) throw new EngineError('invalid_argument', 'not the address of a group')
}

export async function link({ context }: AbilityParts, community: string, group: string): Promise<void> {
  checkGroup(group)
  const asked = node('links', {}, [node('link', { link_type: subgroup }, [node('group', { jid: group })])])
  const answer = await groupRequest(context.wire, 'set', community, asked)
  checkItem(childOf(childOf(childOf(answer, 'links'), 'link'), 'group'), 'the group')
}

export async function unlink({ context }: AbilityParts, community: string, group: string): Promise<void> {
  checkGroup(group)
  const asked = node('unlink', { unlink_type: subgroup }, [node('group', { jid: group })])
  const answer = await groupRequest(context.wire, 'set', community, asked)
  checkItem(childOf(childOf(answer, 'unlink'), 'group'), 'the group')
}

export async function subgroups({ context }: AbilityParts, community: string): Promise<Subgroup[]> {
  const answer = await groupRequest(context.wire, 'get', community, node('sub_groups'))
  const groups = childrenNamed(childOf(answer, 'sub_groups'), 'group')
  return Promise.all(groups.map((group) => readSubgroup(group, context.signal.book)))
}

export async function communityMembers({ context }: AbilityParts, community: string): Promise<Address[]> {
  const answer = await groupRequest(context.wire, 'get', community, node('linked_groups_participants'))
  const people = childrenNamed(childOf(answer, 'linked_groups_participants'), 'participant')
  return Promise.all(people.map((person) => participant(person, context.signal.book)))
}

/** Seen in: zapo builders/community.ts. */
export async function endCommunity({ context }: AbilityParts, community: string): Promise<void> {
  await groupRequest(context.wire, 'set', community, node('delete_parent'))
}
