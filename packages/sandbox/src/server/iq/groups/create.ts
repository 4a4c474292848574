import type { WireNode } from '../../../wire/node.ts'
import { child, children, jidAttr, textAttr } from '../../../wire/node-access.ts'
import type { Account } from '../../../world/account.ts'
import type { Group, GroupSettings } from '../../../world/groups/group.ts'
import { maxSubjectLength } from '../../../world/groups/group.ts'
import { newGroup } from '../../../world/groups/new-group.ts'
import { isAdmin, isMember } from '../../../world/groups/permissions.ts'
import { enrol } from '../../../world/groups/roster.ts'
import type { World } from '../../../world/world.ts'
import { acquaint } from '../../groups/acquaint.ts'
import { type AddOutcome, addOutcome } from '../../groups/add-people.ts'
import { groupNode } from '../../groups/group-node.ts'
import { refusals, textOf } from '../../groups/group-request.ts'
import { admit } from '../../groups/membership.ts'
import { adminsOf, membersOf, tellGroup } from '../../notifications/groups.ts'
import type { IqHandler, IqRequest } from '../iq-handler.ts'
import { ephemeralSeconds } from './settings.ts'

/** `<create subject key>` with participants and settings; with `<parent>` a community comes to be, with `<linked_parent>` a group inside one.
 *  Seen in two clients (whatsmeow group.go CreateGroup, baileys groups.js and communities.js). */
export const createGroup: IqHandler = (request) => {
  const { world, from, node } = request
  const wish = child(node, 'create')!
  const subject = textAttr(wish, 'subject') ?? ''
  if ([...subject].length > maxSubjectLength) throw refusals.notAcceptable()
  const parent = parentOf(request, wish)
  const group = newGroup(world.random, world.clock.now(), {
    subject,
    creator: from.account,
    settings: settingsOf(wish),
    // Clients never say; phones here may, so that both kinds of group can be had.
    addressing: textAttr(wish, 'addressing_mode') === 'pn' ? 'pn' : 'lid',
    ...(parent ? { parent: parent.id } : {}),
    ...communityOf(wish),
  })
  describe(world, group, wish, from.account)
  const outcomes = children(wish, 'participant').map((item) => invited(request, group, item))
  world.groups.add(group)
  const companions = group.community ? subGroupsOf(world, group, wish, from.account) : []
  announce(world, group, from.account, outcomes, textAttr(wish, 'key'))
  if (parent) linkToParent(world, group, parent, from.account)
  for (const companion of companions) announce(world, companion, from.account, [])
  world.log.append('group.created', { group: group.id, by: from.account.phone, subject })
  const answer = groupNode(world, group)
  return [{ ...answer, content: [...(answer.content as WireNode[]), ...refused(outcomes)] }]
}

function parentOf({ world, from }: IqRequest, wish: WireNode): Group | undefined {
  const link = child(wish, 'linked_parent')
  if (!link) return undefined
  const jid = jidAttr(link, 'jid')
  const parent = jid && world.groups.get(jid)
  if (!parent?.community) throw refusals.notFound()
  const allowed = isAdmin(parent, from.account) || (isMember(parent, from.account) && parent.community.membersMayCreate)
  if (!allowed) throw refusals.forbidden()
  return parent
}

function settingsOf(wish: WireNode): Partial<GroupSettings> {
  const timer = child(wish, 'ephemeral')
  const mode = textOf(child(wish, 'member_add_mode'))
  const share = textOf(child(wish, 'member_share_group_history_mode'))
  const approval = child(child(wish, 'membership_approval_mode'), 'group_join')
  return {
    announcement: child(wish, 'announcement') !== undefined,
    locked: child(wish, 'locked') !== undefined,
    ephemeralSeconds: timer ? ephemeralSeconds(timer) : 0,
    joinApproval: textAttr(approval, 'state') === 'on',
    history: child(wish, 'group_history') !== undefined,
    ...(share === 'admin_share' || share === 'all_member_share' ? { historyShare: share } : {}),
    ...(mode === 'admin_add' || mode === 'all_member_add' ? { memberAdd: mode } : {}),
  }
}

function communityOf(wish: WireNode): { community?: NonNullable<Group['community']> } {
  const parent = child(wish, 'parent')
  if (!parent) return {}
  const approvalMode = textAttr(parent, 'default_membership_approval_mode') ?? 'request_required'
  return {
    community: { approvalMode, membersMayCreate: child(wish, 'allow_non_admin_sub_group_creation') !== undefined },
  }
}

function describe(world: World, group: Group, wish: WireNode, by: Account): void {
  const description = child(wish, 'description')
  const text = textOf(child(description, 'body'))
  if (!description || text === '') return
  const id = textAttr(description, 'id') ?? world.random.hex(8)
  group.description = { id, text, by: by.lid, at: world.clock.now() }
}

function invited(request: IqRequest, group: Group, node: WireNode): AddOutcome {
  const jid = jidAttr(node, 'jid')
  if (!jid) throw refusals.badRequest()
  const outcome = addOutcome(request.world, group, request.from.account, { account: request.world.account(jid), node })
  if (!outcome.refused && outcome.account) enrol(group, [outcome.account.lid], request.world.clock.now())
  return outcome
}

/** The announcement group that every community has, and the general chat when it is asked for. */
function subGroupsOf(world: World, community: Group, wish: WireNode, creator: Account): Group[] {
  const now = world.clock.now()
  const { text } = community.subject
  const made = [
    newGroup(world.random, now, {
      ...{ subject: text, creator, parent: community.id, isDefaultSubGroup: true },
      settings: { announcement: true },
    }),
  ]
  if (child(wish, 'create_general_chat'))
    made.push(newGroup(world.random, now, { subject: 'General', creator, parent: community.id }))
  for (const group of made) {
    enrol(group, [...community.participants.keys()], now)
    world.groups.add(group)
  }
  return made
}

/** Everybody in a new group gets the whole group. */
function announce(world: World, group: Group, creator: Account, outcomes: readonly AddOutcome[], key?: string): void {
  const attrs = { type: 'new', ...(key === undefined ? {} : { key }) }
  const joined = outcomes.filter(({ refused }) => !refused)
  for (const { account } of joined) if (account) acquaint(account, creator)
  tellGroup(world, group, creator, { tag: 'create', attrs, content: [groupNode(world, group)] })
}

function linkToParent(world: World, group: Group, parent: Group, creator: Account): void {
  for (const wider of [parent, ...world.groups.subGroups(parent).filter((sub) => sub.isDefaultSubGroup)]) {
    admit(world, wider, creator, membersOf(world, group), 'linked_group_join')
  }
  const link: WireNode = { tag: 'link', attrs: { link_type: 'sub_group' }, content: [groupNode(world, group, false)] }
  tellGroup(world, parent, creator, link, adminsOf(world, parent))
}

function refused(outcomes: readonly AddOutcome[]): WireNode[] {
  return outcomes.flatMap((outcome) => (outcome.refused ? [outcome.node] : []))
}
