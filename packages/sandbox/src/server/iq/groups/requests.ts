import type { WireNode } from '../../../wire/node.ts'
import { children } from '../../../wire/node-access.ts'
import { byLid } from '../../groups/group-address.ts'
import { groupOf, groupOfAdmin, namedPeople, refusals, required } from '../../groups/group-request.ts'
import { dropRequests, requestNode } from '../../groups/join-requests.ts'
import { admit } from '../../groups/membership.ts'
import type { IqHandler } from '../iq-handler.ts'

/** `<membership_approval_requests/>` of an admin. Seen in two clients (whatsmeow group.go, baileys groups.js). */
export const listRequests: IqHandler = (request) => {
  const { world } = request
  const group = groupOfAdmin(request)
  const content = [...group.requests.values()].flatMap((wish) => {
    const account = byLid(world, wish.lid)
    return account ? [requestNode(group, account, wish, byLid(world, wish.by))] : []
  })
  return [{ tag: 'membership_approval_requests', attrs: {}, content }]
}

/** `<membership_requests_action><approve|reject><participant jid/>`: who asked for nothing is answered 404. Seen in two clients, as above. */
export const decideRequests: IqHandler = (request) => {
  const { world, from } = request
  const group = groupOfAdmin(request)
  const action = children(required(request.node, 'membership_requests_action')).find(
    ({ tag }) => tag === 'approve' || tag === 'reject',
  )
  if (!action) throw refusals.badRequest()
  const named = namedPeople(request, action)
  const waiting = named.flatMap(({ account }) => (account && group.requests.has(account.lid) ? [account] : []))
  const content = named.map(({ account, node }): WireNode => {
    const known = account && waiting.includes(account)
    return { tag: 'participant', attrs: { jid: node.attrs['jid'] ?? '', ...(known ? {} : { error: '404' }) } }
  })
  if (action.tag === 'approve') admit(world, group, from.account, waiting)
  else dropRequests(world, group, from.account, waiting)
  return [{ tag: 'membership_requests_action', attrs: {}, content: [{ tag: action.tag, attrs: {}, content }] }]
}

/** `<cancel_membership_requests>`: the person no longer wants to join. One client (zapo builders/group.ts, which names the person;
 *  here it is always the one who asks); the answer is inferred. */
export const cancelRequest: IqHandler = (request) => {
  const group = groupOf(request)
  if (!group.requests.has(request.from.account.lid)) throw refusals.notFound()
  dropRequests(request.world, group, request.from.account, [request.from.account])
  return [{ tag: 'cancel_membership_requests', attrs: {} }]
}
