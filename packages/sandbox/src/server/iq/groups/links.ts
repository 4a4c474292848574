import type { WireNode } from '../../../wire/node.ts'
import { children, jidAttr, textAttr } from '../../../wire/node-access.ts'
import type { Account } from '../../../world/account.ts'
import type { Group } from '../../../world/groups/group.ts'
import { isAdmin, isMember } from '../../../world/groups/permissions.ts'
import type { World } from '../../../world/world.ts'
import { groupJid } from '../../groups/group-address.ts'
import { groupSummary, participantNodes } from '../../groups/group-node.ts'
import { groupOf, groupOfAdmin, groupOfMember, refusals, required } from '../../groups/group-request.ts'
import { requestToJoin } from '../../groups/join-requests.ts'
import { admit, dismiss } from '../../groups/membership.ts'
import { membersOf, tellGroup } from '../../notifications/groups.ts'
import type { IqHandler, IqRequest } from '../iq-handler.ts'

/** `<links><link link_type="sub_group"><group jid/>`: makes groups part of a community: all their members become members of it. Each group is
 *  answered for itself: 404 unknown, 403 not an admin of it, 406 a community, 409 linked already.
 *  Seen in two clients (whatsmeow group.go, baileys communities.js). */
export const linkGroups: IqHandler = (request) => {
  const community = communityToManage(request)
  const link = children(required(request.node, 'links'), 'link').find(
    (item) => textAttr(item, 'link_type') === 'sub_group',
  )
  if (!link) throw refusals.badRequest()
  const content = children(link, 'group').map((item) => {
    const group = namedGroup(request, item)
    const error = linkRefusal(group, request.from.account)
    if (group && error === undefined) join(request.world, community, group, request.from.account)
    return answered(item, error)
  })
  return [{ tag: 'links', attrs: {}, content: [{ tag: 'link', attrs: { link_type: 'sub_group' }, content }] }]
}

/** `<unlink unlink_type="sub_group"><group jid/>`: the group stays, its members stay in the community; with `remove_orphaned_members` those
 *  who are in none of its other groups leave it. The announcement group cannot be taken out (406). Seen in two clients, as above; orphans in one (zapo
 *  builders/community.ts), and who counts as one is inferred. */
export const unlinkGroups: IqHandler = (request) => {
  const community = communityToManage(request)
  const unlink = required(request.node, 'unlink')
  const content = children(unlink, 'group').map((item) => {
    const group = namedGroup(request, item)
    const error = group?.parent !== community.id ? 404 : group.isDefaultSubGroup ? 406 : undefined
    if (group && error === undefined) part(request, community, group, item)
    return answered(item, error)
  })
  return [{ tag: 'unlink', attrs: { unlink_type: 'sub_group' }, content }]
}

/** `<sub_groups/>` of a community member. Seen in two clients (whatsmeow group.go, baileys communities.js). */
export const listSubGroups: IqHandler = (request) => {
  const community = ofCommunity(groupOfMember(request))
  const content = request.world.groups.subGroups(community).map((group) => groupSummary(request.world, group))
  return [{ tag: 'sub_groups', attrs: {}, content }]
}

/** `<linked_groups_participants/>`: everybody in the community and its groups. Seen in one client (whatsmeow group.go). */
export const listLinkedParticipants: IqHandler = (request) => {
  const { world } = request
  const community = ofCommunity(groupOfMember(request))
  const groups = [community, ...world.groups.subGroups(community)]
  const lids = new Set(groups.flatMap((group) => [...group.participants.keys()]))
  return [{ tag: 'linked_groups_participants', attrs: {}, content: participantNodes(world, community, lids) }]
}

/** `<join_linked_group type="sub_group" jid/>`: a community member joins one of its groups, or asks to. One client (zapo builders/group.ts);
 *  the answers are those to an invite link. */
export const joinLinkedGroup: IqHandler = (request) => {
  const { world, from } = request
  const community = ofCommunity(groupOfMember(request))
  const group = namedGroup(request, required(request.node, 'join_linked_group'))
  if (group?.parent !== community.id) throw refusals.notFound()
  if (isMember(group, from.account)) throw refusals.conflict()
  if (group.settings.joinApproval) {
    requestToJoin(world, group, from.account, from.account, 'linked_group_join')
    return [{ tag: 'membership_approval_request', attrs: { jid: groupJid(group) } }]
  }
  admit(world, group, from.account, [from.account], 'linked_group_join')
  return [{ tag: 'group', attrs: { jid: groupJid(group) } }]
}

/** The community that a request is addressed to. @throws 403 for who is no admin of it, 406 for an ordinary group */
export function communityToManage(request: IqRequest): Group {
  const community = ofCommunity(groupOf(request))
  return groupOfAdmin(request) && community
}

/** @throws 406 for an ordinary group */
function ofCommunity(group: Group): Group {
  if (!group.community) throw refusals.notAcceptable()
  return group
}

function namedGroup({ world }: IqRequest, item: WireNode): Group | undefined {
  const jid = jidAttr(item, 'jid')
  return jid && world.groups.get(jid)
}

function linkRefusal(group: Group | undefined, account: Account): number | undefined {
  if (!group) return 404
  if (!isAdmin(group, account)) return 403
  if (group.community) return 406
  return group.parent === undefined ? undefined : 409
}

function join(world: World, community: Group, group: Group, actor: Account): void {
  group.parent = community.id
  admit(world, community, actor, membersOf(world, group), 'linked_group_join')
  const link = (type: string, other: Group): WireNode => ({
    tag: 'link',
    attrs: { link_type: type },
    content: [groupSummary(world, other)],
  })
  tellGroup(world, community, actor, link('sub_group', group))
  tellGroup(world, group, actor, link('parent_group', community))
}

function part({ world, from }: IqRequest, community: Group, group: Group, item: WireNode): void {
  group.parent = undefined
  const unlink = (type: string, other: Group): WireNode => ({
    tag: 'unlink',
    attrs: { unlink_type: type, unlink_reason: 'unlink_group' },
    content: [groupSummary(world, other)],
  })
  tellGroup(world, community, from.account, unlink('sub_group', group))
  tellGroup(world, group, from.account, unlink('parent_group', community))
  if (textAttr(item, 'remove_orphaned_members') !== 'true') return
  dismiss(world, community, from.account, orphans(world, community, group), 'removed')
}

/** Members of a group who are in no other group of the community. */
function orphans(world: World, community: Group, group: Group): Account[] {
  const others = world.groups.subGroups(community).filter((sub) => !sub.isDefaultSubGroup)
  return membersOf(world, group).filter(
    (account) => !isAdmin(community, account) && !others.some((other) => isMember(other, account)),
  )
}

function answered(item: WireNode, error: number | undefined): WireNode {
  return { tag: 'group', attrs: { ...item.attrs, ...(error === undefined ? {} : { error: String(error) }) } }
}
