import { z } from 'zod'
import { ControlError } from './control-error.ts'
import { groupAct as act } from './group-act.ts'
import { groupView, outcomeView, participantView, worldGroupView } from './group-views.ts'
import { orRefused } from './phone-refusals.ts'
import { parseBody } from './read-json.ts'
import { phoneOf, present } from './request-parts.ts'
import type { Route } from './route.ts'
import { messageView } from './views.ts'

const address = z.string().min(1).max(100)
const people = z.array(address).min(1).max(1024)
const memberAdd = z.enum(['admin_add', 'all_member_add'])
const settings = {
  announcement: z.boolean().optional(),
  locked: z.boolean().optional(),
  ephemeral_seconds: z.int().min(0).optional(),
  join_approval: z.boolean().optional(),
  member_add: memberAdd.optional(),
  history: z.boolean().optional().describe('Whether those whom phones add get recent messages'),
}
const changes = { ...settings, history_share: z.enum(['admin_share', 'all_member_share']).optional() }
const newGroup = z.strictObject({
  subject: z.string().max(200),
  participants: people.optional(),
  parent: address.optional(),
  addressing: z.enum(['lid', 'pn']).optional(),
  ...settings,
})
const newCommunity = z.strictObject({
  subject: z.string().max(200),
  description: z.string().max(4096).optional(),
  participants: people.optional(),
  members_may_create: z.boolean().optional(),
  general_chat: z.boolean().optional(),
})
const participants = z.strictObject({
  action: z.enum(['add', 'remove', 'promote', 'demote']),
  participants: people,
})
const text = z.strictObject({ text: z.string().max(65_536) })
const message = z.strictObject({
  text: z.string().max(65_536),
  quoted: z.string().min(1).max(128).optional(),
  mentions: people.optional(),
})
const groups = z.strictObject({ groups: z.array(address).min(1).max(100) })
const photo = z.strictObject({ jpeg_base64: z.base64() })
const messageId = z.strictObject({ message_id: z.string().min(1).max(128) })

export const groupRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/groups',
    summary: 'Lists every group and community of the world, seen from above',
    run: ({ sandbox: { world } }) => world.groups.list().map((group) => worldGroupView(world, group)),
  },
  {
    method: 'GET',
    path: '/groups/{jid}',
    summary: 'Shows a group of the world, seen from above',
    run: ({ sandbox: { world }, params }) => {
      const group = world.groups.get(params['jid'] ?? '')
      if (!group) throw new ControlError(404, 'group_not_found', `there is no group ${params['jid']}`)
      return worldGroupView(world, group)
    },
  },
  {
    method: 'GET',
    path: '/phones/{id}/groups',
    summary: 'Lists the groups that this phone is a member of',
    run: (request) => orRefused(async () => (await phoneOf(request).groups.list()).map(groupView)),
  },
  {
    method: 'POST',
    path: '/phones/{id}/groups',
    summary: 'Creates a group; people who could not be added are under `refused`',
    body: newGroup,
    run: (request) =>
      orRefused(async () => {
        const { ephemeral_seconds, join_approval, member_add, ...wish } = parseBody(newGroup, request.body)
        const more = { ephemeralSeconds: ephemeral_seconds, joinApproval: join_approval, memberAdd: member_add }
        const group = await phoneOf(request).groups.create({ ...present(wish), ...present(more) })
        return { ...groupView(await group.info()), refused: group.outcomes.map(outcomeView) }
      }),
  },
  {
    method: 'POST',
    path: '/phones/{id}/communities',
    summary: 'Creates a community with its announcement group',
    body: newCommunity,
    run: (request) =>
      orRefused(async () => {
        const { members_may_create, general_chat, ...wish } = parseBody(newCommunity, request.body)
        const more = { membersMayCreate: members_may_create, generalChat: general_chat }
        const community = await phoneOf(request).groups.createCommunity({ ...present(wish), ...present(more) })
        return groupView(await community.info())
      }),
  },
  act('GET', '', { summary: 'Shows a group as this phone sees it' }, async (group) => groupView(await group.info())),
  act(
    'POST',
    '/participants',
    { summary: 'Adds, removes, promotes or demotes members; each with its own outcome', body: participants },
    async (group, { body }) => {
      const wish = parseBody(participants, body)
      return (await group[wish.action](wish.participants)).map(outcomeView)
    },
  ),
  act('POST', '/deactivate', { summary: 'Ends a community: its groups stay' }, async (group) => {
    await group.deactivate()
    return { deactivated: group.jid }
  }),
  act('POST', '/leave', { summary: 'Leaves the group' }, async (group) => {
    await group.leave()
    return { left: group.jid }
  }),
  act('POST', '/subject', { summary: 'Changes the subject', body: text }, async (group, { body }) => {
    await group.setSubject(parseBody(text, body).text)
    return groupView(await group.info())
  }),
  act(
    'POST',
    '/description',
    { summary: 'Changes the description; an empty one removes it', body: text },
    async (group, { body }) => {
      await group.setDescription(parseBody(text, body).text)
      return groupView(await group.info())
    },
  ),
  act(
    'POST',
    '/settings',
    {
      summary:
        'Changes who may write, edit and add, the timer, whether joining needs approval, and who gets recent messages of whom',
      body: z.strictObject(changes),
    },
    async (group, { body }) => {
      const { ephemeral_seconds, join_approval, member_add, history_share, ...wish } = parseBody(
        z.strictObject(changes),
        body,
      )
      const more = {
        ...{ ephemeralSeconds: ephemeral_seconds, joinApproval: join_approval, memberAdd: member_add },
        historyShare: history_share,
      }
      await group.set({ ...present(wish), ...present(more) })
      return groupView(await group.info())
    },
  ),
  act('POST', '/photo', { summary: 'Changes the photo', body: photo }, async (group, { body }) => ({
    picture_id: await group.setPhoto(Buffer.from(parseBody(photo, body).jpeg_base64, 'base64')),
  })),
  act('DELETE', '/photo', { summary: 'Removes the photo' }, async (group) => {
    await group.removePhoto()
    return { picture_id: null }
  }),
  act('POST', '/links', { summary: 'Links groups to this community', body: groups }, async (group, { body }) =>
    group.link(parseBody(groups, body).groups),
  ),
  act('POST', '/unlinks', { summary: 'Unlinks groups from this community', body: groups }, async (group, { body }) =>
    group.unlink(parseBody(groups, body).groups),
  ),
  act('GET', '/subgroups', { summary: 'Lists the groups of this community' }, async (group) =>
    (await group.subGroups()).map(({ isDefault, ...sub }) => ({ ...sub, is_default: isDefault })),
  ),
  act('GET', '/members', { summary: "Lists all members of this community's groups" }, async (group) =>
    (await group.members()).map(participantView),
  ),
  act('POST', '/messages', { summary: 'Writes a text to the group', body: message }, async (group, { body }) => {
    const entry = await group.send(present(parseBody(message, body)))
    return { message_id: entry.id, status: entry.status, error: entry.error }
  }),
  act('GET', '/messages', { summary: 'Lists what this phone has sent and decrypted in the group' }, async (group) =>
    group.messages().map(messageView),
  ),
  act(
    'POST',
    '/revoke',
    { summary: 'Deletes a message for everybody: an own one, or as an admin any', body: messageId },
    async (group, { body }) => {
      const entry = await group.revoke(parseBody(messageId, body).message_id)
      return { message_id: entry.id, status: entry.status, error: entry.error }
    },
  ),
]
