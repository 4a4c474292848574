import { z } from 'zod'
import type { PhoneGroup } from '../phone/groups/phone-group.ts'
import { groupAct as act } from './group-act.ts'
import { groupView, outcomeView } from './group-views.ts'
import { orRefused } from './phone-refusals.ts'
import { parseBody } from './read-json.ts'
import { phoneOf } from './request-parts.ts'
import type { Route } from './route.ts'

const address = z.string().min(1).max(100)
const people = z.array(address).min(1).max(1024)
const code = z.strictObject({ code: z.string().min(1).max(200) })
const invite = z.strictObject({
  group: address,
  code: z.string().min(1).max(100),
  expires_at_seconds: z.int(),
  admin: address,
})
const decision = z.strictObject({ action: z.enum(['approve', 'reject']), participants: people })
const oneGroup = z.strictObject({ group: address })
const onePerson = z.strictObject({ participant: address })
const invited = z.strictObject({ participants: people })

/** How people come into groups: by link, by personal invitation, by asking. */
export const groupInviteRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/phones/{id}/invites/{code}',
    summary: 'Shows the group that an invite code leads to, without joining it',
    run: (request) =>
      orRefused(async () => groupView(await phoneOf(request).groups.inviteInfo(request.params['code'] ?? ''))),
  },
  {
    method: 'POST',
    path: '/phones/{id}/groups/join',
    summary: 'Joins, or asks to join, by an invite code or link',
    body: code,
    run: (request) =>
      orRefused(async () => joinView(await phoneOf(request).groups.join(parseBody(code, request.body).code))),
  },
  {
    method: 'POST',
    path: '/phones/{id}/groups/accept',
    summary: 'Accepts a personal invitation that came as a message',
    body: invite,
    run: (request) =>
      orRefused(async () => {
        const { expires_at_seconds, ...wish } = parseBody(invite, request.body)
        const joined = await phoneOf(request).groups.acceptInvite({ ...wish, expiresAtSeconds: expires_at_seconds })
        return { jid: joined.jid }
      }),
  },
  act(
    'POST',
    '/invitations',
    {
      summary: 'Adds somebody, or sends a personal invitation when the settings of the person forbid it',
      body: onePerson,
    },
    async (group, { body }) => {
      const { participant } = parseBody(onePerson, body)
      const [outcome] = await group.add([participant])
      if (!outcome?.invite) return outcome && outcomeView(outcome)
      const { code: inviteCode, expiresAtSeconds, admin } = await group.invite(participant, outcome)
      return { group: group.jid, code: inviteCode, expires_at_seconds: expiresAtSeconds, admin }
    },
  ),
  act(
    'POST',
    '/invitations/revoke',
    { summary: 'Takes personal invitations back', body: invited },
    async (group, { body }) => {
      const wish = parseBody(invited, body)
      await group.revokeInvites(wish.participants)
      return { revoked: wish.participants }
    },
  ),
  act('GET', '/invite', { summary: 'Shows the invite code and link' }, async (group) =>
    inviteView(await group.inviteCode()),
  ),
  act('POST', '/invite/reset', { summary: 'Replaces the invite code; the old one is gone' }, async (group) =>
    inviteView(await group.resetInvite()),
  ),
  act('GET', '/requests', { summary: 'Lists those who ask to join' }, async (group) =>
    (await group.requests()).map((request) => ({ ...request, at: new Date(request.at).toISOString() })),
  ),
  act(
    'POST',
    '/requests',
    { summary: 'Approves or rejects those who ask to join', body: decision },
    async (group, { body }) => {
      const wish = parseBody(decision, body)
      return (await group[wish.action](wish.participants)).map(outcomeView)
    },
  ),
  act('DELETE', '/requests', { summary: "Withdraws this person's own wish to join" }, async (group) => {
    await group.cancelRequest()
    return { withdrawn: group.jid }
  }),
  act(
    'POST',
    '/subgroups/join',
    { summary: 'Joins a group of this community', body: oneGroup },
    async (group, { body }) => joinView(await group.joinSubGroup(parseBody(oneGroup, body).group)),
  ),
]

function inviteView(inviteCode: string): { code: string; link: string } {
  return { code: inviteCode, link: `https://chat.whatsapp.com/${inviteCode}` }
}

function joinView({ group, waiting }: { group: PhoneGroup; waiting: boolean }): { jid: string; waiting: boolean } {
  return { jid: group.jid, waiting }
}
