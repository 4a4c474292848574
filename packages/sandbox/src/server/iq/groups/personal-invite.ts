import type { Jid } from '../../../wire/node.ts'
import { jidAttr, textAttr } from '../../../wire/node-access.ts'
import { type Group, maxParticipants, type PersonalInvite } from '../../../world/groups/group.ts'
import { isMember } from '../../../world/groups/permissions.ts'
import { byLid, groupJid } from '../../groups/group-address.ts'
import { groupOf, groupOfAdmin, namedPeople, refusals, required } from '../../groups/group-request.ts'
import { admit } from '../../groups/membership.ts'
import type { IqHandler, IqRequest } from '../iq-handler.ts'

/** The invitation that a person holds for a group. @throws 404 unknown or for somebody else, 410 expired or its writer is no longer a member */
export function validInvite(
  { world, from }: IqRequest,
  group: Group,
  named: { code: string | undefined; admin: Jid | undefined },
): PersonalInvite {
  const invite = group.personalInvites.get(named.code ?? '')
  const inviter = named.admin && world.account(named.admin)
  if (!invite || invite.forLid !== from.account.lid || inviter?.lid !== invite.by) throw refusals.notFound()
  const writer = byLid(world, invite.by)
  if (invite.expiresAt <= world.clock.now() || !writer || !isMember(group, writer)) throw refusals.gone()
  return invite
}

/** `<accept code expiration admin/>`: joins by an invite message. Seen in two clients (whatsmeow group.go, baileys groups.js). */
export const acceptInvite: IqHandler = (request) => {
  const { world, from } = request
  const group = groupOf(request)
  if (isMember(group, from.account)) throw refusals.conflict()
  const accept = required(request.node, 'accept')
  const invite = validInvite(request, group, { code: textAttr(accept, 'code'), admin: jidAttr(accept, 'admin') })
  if (group.participants.size >= maxParticipants) throw refusals.full()
  admit(world, group, byLid(world, invite.by) ?? from.account, [from.account], 'invite')
  return [{ tag: 'group', attrs: { jid: groupJid(group) } }]
}

/** `<revoke><participant jid/>`: takes invitations back. Seen in one client (baileys groups.js). */
export const revokeInvite: IqHandler = (request) => {
  const group = groupOfAdmin(request)
  const named = namedPeople(request, required(request.node, 'revoke'))
  for (const { account } of named) {
    for (const [code, invite] of group.personalInvites)
      if (invite.forLid === account?.lid) group.personalInvites.delete(code)
  }
  return [{ tag: 'revoke', attrs: {}, content: named.map(({ node }) => node) }]
}
