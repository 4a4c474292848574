import type { WireNode } from '../../../wire/node.ts'
import { children, jidAttr, textAttr } from '../../../wire/node-access.ts'
import { isMember } from '../../../world/groups/permissions.ts'
import { groupJid } from '../../groups/group-address.ts'
import { refusals, required } from '../../groups/group-request.ts'
import { dismiss } from '../../groups/membership.ts'
import type { IqHandler, IqRequest } from '../iq-handler.ts'

/** `<leave><group id/></leave>`: seen in two clients (whatsmeow group.go, baileys groups.js); `<community id/>` in one (baileys communities.js);
 *  `<linked_groups parent_group_jid/>` inferred. Each group is answered for itself: 404 where the person is no member. */
export const leave: IqHandler = (request) => {
  const named = children(required(request.node, 'leave'))
  if (named.length === 0) throw refusals.badRequest()
  return [{ tag: 'leave', attrs: {}, content: named.map((item) => leaveOne(request, item)) }]
}

function leaveOne({ world, from }: IqRequest, item: WireNode): WireNode {
  const jid = jidAttr(item, 'id') ?? jidAttr(item, 'parent_group_jid')
  const group = world.groups.get(jid ?? textAttr(item, 'id') ?? '')
  if (!group || !isMember(group, from.account)) return { ...item, attrs: { ...item.attrs, error: '404' } }
  dismiss(world, group, from.account, [from.account], 'left')
  return { tag: item.tag, attrs: { id: groupJid(group) } }
}
