import { z } from 'zod'
import type { PhoneChannel } from '../phone/channels/phone-channel.ts'
import { channelAct as act } from './channel-act.ts'
import { parseBody } from './read-json.ts'
import type { Route } from './route.ts'

const person = z.strictObject({ person: z.string().min(1).max(100) })
const admin = z.strictObject({
  action: z.enum(['invite', 'revoke_invite', 'accept_invite', 'demote', 'transfer']),
  person: z.string().min(1).max(100).optional(),
})

/** Who follows a channel, and who runs it. */
export const channelAdminRoutes: readonly Route[] = [
  act('GET', '/followers', 'Lists who follows, with their roles', async (channel) => channel.followers()),
  act(
    'POST',
    '/admins',
    'Invites somebody to help run the channel, takes that back, accepts it, demotes an admin, or gives the channel away',
    async (channel, { body }) => {
      const wish = parseBody(admin, body)
      await changeAdmins(channel, wish.action, body)
      return { action: wish.action }
    },
    admin,
  ),
  act('GET', '/admins', 'Tells how many run the channel, and who was asked to', async (channel) => ({
    count: await channel.adminCount(),
    invited: await channel.pendingAdmins(),
  })),
]

async function changeAdmins(
  channel: PhoneChannel,
  action: z.output<typeof admin>['action'],
  body: unknown,
): Promise<void> {
  if (action === 'accept_invite') return channel.acceptAdminInvite()
  const { person: who } = parseBody(person, { person: (body as { person?: unknown }).person })
  if (action === 'invite') return channel.inviteAdmin(who)
  if (action === 'revoke_invite') return channel.revokeAdminInvite(who)
  return action === 'demote' ? channel.demote(who) : channel.transferTo(who)
}
