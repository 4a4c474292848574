import type { CreatedGroup, GroupInfo, NewGroup } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import { childOf, childrenNamed } from '../../wire/nodes.ts'
import type { AbilityParts } from '../ability-parts.ts'
import { checkItem, groupRequest, groupServer, node } from './group-request.ts'
import { newcomers } from './members.ts'
import { readGroup, readOutcomes } from './read-group.ts'

/** Seen in: whatsmeow group.go `GetJoinedGroups`, baileys groups.js `groupFetchAllParticipating`. */
export async function list({ context }: AbilityParts): Promise<GroupInfo[]> {
  const asked = node('participating', {}, [node('participants'), node('description')])
  const answer = await context.wire.query(node('iq', { to: groupServer, type: 'get', xmlns: 'w:g2' }, [asked]))
  const groups = childrenNamed(childOf(answer, 'groups'), 'group')
  return Promise.all(groups.map((group) => readGroup(group, context.signal.book)))
}

/** Seen in: whatsmeow group.go `GetGroupInfo`, baileys groups.js `groupMetadata`. */
export async function info({ context }: AbilityParts, group: string): Promise<GroupInfo> {
  const answer = await groupRequest(context.wire, 'get', group, node('query', { request: 'interactive' }))
  return readGroup(checkItem(childOf(answer, 'group'), 'a group'), context.signal.book)
}

/** What a new group starts with. Who may add people and join, and how long messages stay, is always said. Names seen in: whatsmeow group.go `CreateGroup`,
 *  baileys groups.js and communities.js. */
function wishNodes(wish: NewGroup): BinaryNode[] {
  const flag = (tag: string, on: boolean | undefined) => (on ? [node(tag)] : [])
  const approval = node('membership_approval_mode', {}, [
    node('group_join', { state: wish.joinApproval ? 'on' : 'off' }),
  ])
  const mode = wish.memberAdd === 'admins' ? 'admin_add' : 'all_member_add'
  const timer = wish.ephemeralSeconds
    ? { expiration: String(wish.ephemeralSeconds), trigger: '1' }
    : { expiration: '0' }
  return [
    ...flag('announcement', wish.announcement),
    ...flag('locked', wish.locked),
    node('ephemeral', timer),
    approval,
    node('member_add_mode', {}, Buffer.from(mode)),
    ...flag('group_history', wish.historyForNewMembers),
    ...(wish.community ? [node('parent', { default_membership_approval_mode: 'request_required' })] : []),
    ...(wish.parent ? [node('linked_parent', { jid: wish.parent })] : []),
  ]
}

export async function create(parts: AbilityParts, wish: NewGroup): Promise<CreatedGroup> {
  const { context } = parts
  const { book } = context.signal
  const key = wish.creationKey === undefined ? {} : { key: wish.creationKey }
  const asked = node('create', { subject: wish.name, ...key }, [
    ...(await newcomers(parts, wish.members)),
    ...wishNodes(wish),
  ])
  const answer = await context.wire.query(node('iq', { to: groupServer, type: 'set', xmlns: 'w:g2' }, [asked]))
  const made = checkItem(childOf(answer, 'group'), 'a group')
  const named = childrenNamed(made, 'participant')
  const wanted = new Set(wish.members.flatMap(({ jid, lid }) => [jid, lid]))
  const outcomes = await readOutcomes(named, book)
  return {
    group: await readGroup(made, book),
    outcomes: outcomes.filter(({ who }) => wanted.has(who.jid) || wanted.has(who.lid)),
  }
}

/** Seen in: whatsmeow group.go `LeaveGroup`, baileys groups.js `groupLeave`. */
export async function leave({ context }: AbilityParts, group: string): Promise<void> {
  const asked = node('leave', {}, [node('group', { id: group })])
  const answer = await context.wire.query(node('iq', { to: groupServer, type: 'set', xmlns: 'w:g2' }, [asked]))
  for (const item of childrenNamed(childOf(answer, 'leave'), 'group')) checkItem(item, 'the group')
}
