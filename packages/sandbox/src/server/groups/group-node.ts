import type { AttributeValue, WireNode } from '../../wire/node.ts'
import type { Account } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
import type { Group, Role } from '../../world/groups/group.ts'
import type { World } from '../../world/world.ts'
import { byLid, groupJid, namedAs } from './group-address.ts'

const seconds = (ms: number): string => String(Math.floor(ms / 1000))

/** `<group>` with everything that clients read: seen in two clients (whatsmeow group.go parseGroupNode, baileys groups.js extractGroupMetadata).
 *  @param withParticipants those who only look at an invitation see how many there are, not who */
export function groupNode(world: World, group: Group, withParticipants = true): WireNode {
  return {
    tag: 'group',
    attrs: { ...summaryAttrs(world, group), ...versionAttrs(group) },
    content: [
      ...settingNodes(group),
      ...descriptionNode(world, group),
      ...(withParticipants ? roster(world, group) : []),
    ],
  }
}

/** The short form in lists of subgroups and in links. Both `jid` and the bare `id`: whatsmeow takes either. */
export function groupSummary(world: World, group: Group): WireNode {
  const marker: WireNode[] = group.isDefaultSubGroup ? [{ tag: 'default_sub_group', attrs: {} }] : []
  const attrs = { jid: groupJid(group), ...summaryAttrs(world, group) }
  return { tag: 'group', attrs, ...(marker.length > 0 ? { content: marker } : {}) }
}

/** `<participant>`: both addresses, and the role unless it is an ordinary member's. */
export function participantNode(group: Group, account: Account, role?: Role): WireNode {
  const lid = group.addressing === 'lid'
  return {
    tag: 'participant',
    attrs: {
      jid: accountJid(account, group.addressing),
      [lid ? 'phone_number' : 'lid']: accountJid(account, lid ? 'pn' : 'lid'),
      ...(role === undefined || role === 'member' ? {} : { type: role }),
    },
  }
}

export function participantNodes(world: World, group: Group, lids: Iterable<string>): WireNode[] {
  return [...lids].flatMap((lid) => {
    const account = byLid(world, lid)
    return account ? [participantNode(group, account, group.participants.get(lid)?.role)] : []
  })
}

function summaryAttrs(world: World, group: Group): Record<string, AttributeValue> {
  return {
    id: group.id,
    subject: group.subject.text,
    s_t: seconds(group.subject.at),
    ...namedAs(group, byLid(world, group.subject.by), 's_o'),
    creation: seconds(group.createdAt),
    ...namedAs(group, byLid(world, group.creator), 'creator'),
    size: String(group.participants.size),
  }
}

function versionAttrs(group: Group): Record<string, string> {
  return {
    addressing_mode: group.addressing,
    a_v_id: String(group.announceVersion),
    p_v_id: String(group.participantVersion),
  }
}

function settingNodes(group: Group): WireNode[] {
  const { announcement, locked, ephemeralSeconds, joinApproval, memberAdd, history, historyShare } = group.settings
  const flag = (tag: string, on: boolean): WireNode[] => (on ? [{ tag, attrs: {} }] : [])
  const approval: WireNode = { tag: 'group_join', attrs: { state: 'on' } }
  const expiration = String(ephemeralSeconds)
  return [
    ...flag('announcement', announcement),
    ...flag('locked', locked),
    ...(ephemeralSeconds > 0 ? [{ tag: 'ephemeral', attrs: { expiration } }] : []),
    ...(joinApproval ? [{ tag: 'membership_approval_mode', attrs: {}, content: [approval] }] : []),
    { tag: 'member_add_mode', attrs: {}, content: Buffer.from(memberAdd) },
    // Seen in two clients (zapo WaGroupCoordinator.ts, whatsapp-rust iq/groups.rs).
    ...flag('group_history', history),
    { tag: 'member_share_group_history_mode', attrs: {}, content: Buffer.from(historyShare) },
    ...communityNodes(group),
    ...flag('default_sub_group', group.isDefaultSubGroup),
  ]
}

function communityNodes({ community, parent }: Group): WireNode[] {
  const nodes: WireNode[] = []
  if (community) {
    nodes.push({ tag: 'parent', attrs: { default_membership_approval_mode: community.approvalMode } })
    if (community.membersMayCreate) nodes.push({ tag: 'allow_non_admin_sub_group_creation', attrs: {} })
  }
  if (parent !== undefined) nodes.push({ tag: 'linked_parent', attrs: { jid: { user: parent, server: 'g.us' } } })
  return nodes
}

function descriptionNode(world: World, group: Group): WireNode[] {
  const { description } = group
  if (!description) return []
  const attrs = {
    id: description.id,
    t: seconds(description.at),
    ...namedAs(group, byLid(world, description.by), 'participant'),
  }
  // Bytes even when short: whatsmeow reads no text here.
  return [{ tag: 'description', attrs, content: [{ tag: 'body', attrs: {}, content: Buffer.from(description.text) }] }]
}

function roster(world: World, group: Group): WireNode[] {
  return participantNodes(world, group, group.participants.keys())
}
