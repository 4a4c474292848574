import { child, textAttr } from '../../../wire/node-access.ts'
import { type Group, maxParticipants } from '../../../world/groups/group.ts'
import { newInviteCode } from '../../../world/groups/new-group.ts'
import { isAdmin, isMember } from '../../../world/groups/permissions.ts'
import { groupJid } from '../../groups/group-address.ts'
import { groupNode } from '../../groups/group-node.ts'
import { groupOfMember, isToServer, refusals } from '../../groups/group-request.ts'
import { requestToJoin } from '../../groups/join-requests.ts'
import { admit } from '../../groups/membership.ts'
import { adminsOf, tellGroup } from '../../notifications/groups.ts'
import type { IqHandler, IqRequest } from '../iq-handler.ts'

/** `get <invite/>` to a group: its code, for admins. `get <invite code/>` to the server: what the code leads to.
 *  Seen in two clients (whatsmeow group.go, baileys groups.js). */
export const getInvite: IqHandler = (request) => {
  if (isToServer(request)) return [groupNode(request.world, groupByCode(request), false)]
  return [{ tag: 'invite', attrs: { code: groupOfInviter(request).inviteCode } }]
}

/** `set <invite/>` to a group: a new code, the old one is gone. `set <invite code/>` to the server: joins. Seen in two clients, as above. */
export const setInvite: IqHandler = (request) => (isToServer(request) ? joinByCode(request) : resetInvite(request))

const resetInvite: IqHandler = (request) => {
  const { world, from } = request
  const group = groupOfInviter(request)
  group.inviteCode = newInviteCode(world.random)
  world.groups.noteCode(group)
  const change = { tag: 'invite', attrs: { code: group.inviteCode } }
  // Only admins: the code would let any member invite. Inferred.
  tellGroup(world, group, from.account, change, adminsOf(world, group))
  return [change]
}

/** A member gets `<group jid>`, somebody who must wait `<membership_approval_request jid>` (whatsmeow group.go JoinGroupWithLink).
 *  409 for members, 401 for those an admin removed, 419 when full: inferred. */
const joinByCode: IqHandler = (request) => {
  const { world, from } = request
  const { account } = from
  const group = groupByCode(request)
  const attrs = { jid: groupJid(group) }
  if (isMember(group, account)) throw refusals.conflict()
  if (group.former.get(account.lid)?.how === 'removed') throw refusals.notAuthorized()
  if (group.participants.size >= maxParticipants) throw refusals.full()
  if (group.settings.joinApproval) {
    requestToJoin(world, group, account, account, 'invite_link')
    return [{ tag: 'membership_approval_request', attrs }]
  }
  admit(world, group, account, [account], 'invite')
  // baileys' communities.js looks for `community` here.
  return [
    { tag: group.community ? 'community' : 'group', attrs },
    ...(group.community ? [{ tag: 'group', attrs }] : []),
  ]
}

/** @throws 406 for what never was a code, 410 for one that was reset (whatsmeow group.go ErrInviteLinkInvalid, ErrInviteLinkRevoked) */
function groupByCode({ world, node }: IqRequest): Group {
  const found = world.groups.byCode(textAttr(child(node, 'invite'), 'code') ?? '')
  if (!found) throw refusals.notAcceptable()
  if (found === 'gone') throw refusals.gone()
  return found
}

/** @throws 401 for members who are not admins (whatsmeow group.go ErrGroupInviteLinkUnauthorized) */
function groupOfInviter(request: IqRequest): Group {
  const group = groupOfMember(request)
  if (!isAdmin(group, request.from.account)) throw refusals.notAuthorized()
  return group
}
