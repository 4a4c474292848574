import type { WireNode } from '../../../wire/node.ts'
import { child, jidAttr, textAttr } from '../../../wire/node-access.ts'
import type { Group } from '../../../world/groups/group.ts'
import { isMember } from '../../../world/groups/permissions.ts'
import { groupNode } from '../../groups/group-node.ts'
import { groupOf, refusals } from '../../groups/group-request.ts'
import type { IqHandler, IqRequest } from '../iq-handler.ts'
import { validInvite } from './personal-invite.ts'

/** `<query request="interactive">` of a member, or with `<add_request code expiration admin>` of somebody who holds an invite message.
 *  Seen in two clients (whatsmeow group.go, baileys groups.js); add_request in one (whatsmeow). Others are refused with 403. */
export const queryGroup: IqHandler = (request) => {
  const group = groupOf(request)
  const invitation = child(child(request.node, 'query'), 'add_request')
  if (invitation) {
    validInvite(request, group, { code: textAttr(invitation, 'code'), admin: jidAttr(invitation, 'admin') })
    return [groupNode(request.world, group, false)]
  }
  if (isMember(group, request.from.account)) return [groupNode(request.world, group)]
  if (!isOpenSubGroup(request, group)) throw refusals.forbidden()
  return [groupNode(request.world, group, false)]
}

/** Members of a community may look at its groups before they join. Inferred. */
function isOpenSubGroup({ world, from }: IqRequest, group: Group): boolean {
  const community = group.parent === undefined ? undefined : world.groups.get(group.parent)
  return community !== undefined && isMember(community, from.account)
}

/** `<participating><participants/><description/>`: all groups and communities of the person. Without one of the two children that part is left out.
 *  Seen in two clients, as above; leaving out is inferred. */
export const listParticipating: IqHandler = ({ world, from, node }) => {
  const asked = child(node, 'participating')
  const groups = world.groups.of(from.account).map((group) => {
    const full = groupNode(world, group, child(asked, 'participants') !== undefined)
    return child(asked, 'description') ? full : without(full, 'description')
  })
  return [{ tag: 'groups', attrs: {}, content: groups }]
}

function without(node: WireNode, tag: string): WireNode {
  const content = (node.content as readonly WireNode[]).filter((item) => item.tag !== tag)
  return { ...node, content }
}
