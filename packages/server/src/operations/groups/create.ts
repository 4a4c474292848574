import { bareJid, type GroupInfo, type Groups } from '@switchboard/engine'
import { z } from 'zod'
import { groupRefusals } from '../../groups/refusals.ts'
import type { Context } from '../../kit/context.ts'
import { defineOperation } from '../../kit/define-operation.ts'
import { GroupPeople } from '../../kit/members-act.ts'
import { ability } from '../../kit/needs.ts'
import { reachOutErrors } from '../../limits/reach-out-errors.ts'
import { resolvePeople } from '../../people/resolve-people.ts'
import { GroupAddress } from '../../schemas/chat-address.ts'
import {
  Group,
  GroupDescription,
  GroupName,
  groupView,
  MemberAddModeText,
  MemberOutcome,
  modeOf,
  outcomeView,
} from '../../schemas/group.ts'
import { Timer } from '../../schemas/timer.ts'
import type { DevicePrincipal } from '../../tenants/principals.ts'

/** Clocks differ: a group that seems a little older than the request may be the one that it made. */
const skewMs = 60_000

interface Caller extends Context<DevicePrincipal> {
  readonly groups: Groups
}

/** The account's own groups of this name that came to be since then. WhatsApp does not say which request made a group. */
async function madeSince({ groups, sessions, principal }: Caller, name: string, since: number): Promise<GroupInfo[]> {
  const { jid, lid } = sessions.account(principal.deviceId) ?? {}
  const own = [jid, lid].flatMap((each) => (each ? [bareJid(each)] : []))
  const isOwn = ({ owner }: GroupInfo) =>
    [owner?.jid, owner?.lid].some((each) => each !== undefined && own.includes(each))
  return (await groups.list()).filter(
    (group) => group.name === name && isOwn(group) && (group.createdAt ?? 0) >= since - skewMs,
  )
}

/** The group with its description, which is set by a request of its own. */
async function described(groups: Groups, group: GroupInfo, description = ''): Promise<GroupInfo> {
  const text = description.trim()
  if (text === '' || text === group.description?.text) return group
  await groups.describe(group.jid, text)
  return groups.info(group.jid)
}

/** The answer for a group that an earlier request made without being able to answer. */
async function finished(
  context: Caller,
  group: GroupInfo,
  wish: { description?: string | undefined; participants?: string[] | undefined },
) {
  const people = await resolvePeople(context, wish.participants ?? [])
  const members = new Set(group.members.flatMap(({ who }) => [who.jid, who.lid]))
  const outcomes = people.found.map((who) => ({ who, code: members.has(who.jid) || members.has(who.lid) ? 200 : 403 }))
  const made = await described(context.groups, group, wish.description)
  return { ...groupView(made), results: [...outcomes, ...people.missing].map((each) => outcomeView(each)) }
}

export default defineOperation({
  method: 'POST',
  path: '/groups',
  auth: 'device',
  summary: 'Make a group or a community',
  description:
    '`results` has an entry for each person. A person who does not allow it is not added; the result then has an invitation that can be sent.',
  body: z.object({
    name: GroupName,
    participants: GroupPeople.optional(),
    description: GroupDescription.optional(),
    announce: z.boolean().optional(),
    locked: z.boolean().optional(),
    join_approval: z.boolean().optional(),
    member_add_mode: MemberAddModeText.optional(),
    disappearing_timer: Timer.optional(),
    history_for_new_members: z.boolean().optional(),
    community: z.boolean().optional().describe('Makes a community'),
    parent_jid: GroupAddress.optional().describe('Community in which the group comes to be'),
  }),
  response: Group.extend({ results: z.array(MemberOutcome) }),
  needs: { groups: ability('groups') },
  refusals: groupRefusals,
  errors: ['invalid_jid', 'invalid_phone', ...reachOutErrors],
  act: {
    async probe(context, { body }, { begunAt }) {
      const made = await madeSince(context, body.name, begunAt)
      if (made.length !== 1) return made.length === 0 ? 'missing' : 'unknown'
      return { found: await finished(context, made[0]!, body) }
    },
  },
  async run(context, { body }) {
    const people = await resolvePeople(context, body.participants ?? [])
    await context.governor.act(context.principal.deviceId, people.found)
    const { announce, locked, join_approval, member_add_mode, disappearing_timer, community, parent_jid } = body
    const { history_for_new_members: history } = body
    const { group, outcomes } = await context.groups.create({
      name: body.name,
      members: people.found,
      creationKey: context.act.token,
      ...(announce !== undefined && { announcement: announce }),
      ...(locked !== undefined && { locked }),
      ...(join_approval !== undefined && { joinApproval: join_approval }),
      ...(member_add_mode && { memberAdd: modeOf(member_add_mode) }),
      ...(disappearing_timer !== undefined && { ephemeralSeconds: disappearing_timer }),
      ...(history !== undefined && { historyForNewMembers: history }),
      ...(community && { community }),
      ...(parent_jid && { parent: parent_jid }),
    })
    const made = await described(context.groups, group, body.description)
    return { ...groupView(made), results: [...outcomes, ...people.missing].map((each) => outcomeView(each)) }
  },
})
