import type { WireNode } from '../../../wire/node.ts'
import type { Group } from '../../../world/groups/group.ts'
import { isAdmin, isMember, mayAdd } from '../../../world/groups/permissions.ts'
import { addOutcome } from '../../groups/add-people.ts'
import { participantNode } from '../../groups/group-node.ts'
import { groupOfAdmin, groupOfMember, namedPeople, refusals, required } from '../../groups/group-request.ts'
import { requestToJoin } from '../../groups/join-requests.ts'
import { admit, changeRole, dismiss } from '../../groups/membership.ts'
import type { IqHandler, IqRequest } from '../iq-handler.ts'

/** `<add><participant jid/></add>`: each person is answered for itself. Seen in two clients (whatsmeow group.go, baileys groups.js).
 *  Where admins approve who joins, a person named by an ordinary member becomes a request, answered with 202: inferred. */
export const addPeople: IqHandler = (request) => {
  const { world, from } = request
  const group = groupOfMember(request)
  if (!mayAdd(group, from.account)) throw refusals.forbidden()
  const outcomes = namedPeople(request, required(request.node, 'add')).map((named) =>
    addOutcome(world, group, from.account, named),
  )
  const accounts = outcomes.flatMap((outcome) => (outcome.refused || !outcome.account ? [] : [outcome.account]))
  if (group.settings.joinApproval && !isAdmin(group, from.account)) {
    for (const account of accounts) requestToJoin(world, group, account, from.account, 'non_admin_add')
    return answer(
      'add',
      outcomes.map(({ node, refused }) => (refused ? node : withError(node, 202))),
    )
  }
  admit(world, group, from.account, accounts)
  return answer(
    'add',
    outcomes.map(({ node }) => node),
  )
}

/** `<remove>`: the creator can be removed by nobody (406), who is no member is answered 404. The request: seen in two clients, as above; these two codes
 *  are inferred. */
export const removePeople: IqHandler = (request) => {
  const { world, from } = request
  const group = groupOfAdmin(request)
  const named = judged(request, group, 'remove', (role) => (role === 'superadmin' ? 406 : undefined))
  const accounts = named.flatMap(({ account, error }) => (account && error === undefined ? [account] : []))
  dismiss(world, group, from.account, accounts, 'removed')
  return answer(
    'remove',
    named.map(({ node }) => node),
  )
}

/** `<promote>`. Seen in two clients, as above. */
export const promote: IqHandler = (request) => roleChange(request, 'promote')

/** `<demote>`: the creator stays admin (406, inferred). Seen in two clients, as above. */
export const demote: IqHandler = (request) => roleChange(request, 'demote')

function roleChange(request: IqRequest, action: 'promote' | 'demote'): WireNode[] {
  const group = groupOfAdmin(request)
  const named = judged(request, group, action, (role) =>
    action === 'demote' && role === 'superadmin' ? 406 : undefined,
  )
  const lids = named.flatMap(({ account, error }) => (account && error === undefined ? [account.lid] : []))
  changeRole(request.world, group, request.from.account, lids, action)
  return answer(
    action,
    named.map(({ node }) => node),
  )
}

function judged(request: IqRequest, group: Group, tag: string, judge: (role: string) => number | undefined) {
  return namedPeople(request, required(request.node, tag)).map(({ account, node }) => {
    const role = account && isMember(group, account) ? group.participants.get(account.lid)!.role : undefined
    const error = role === undefined ? 404 : judge(role)
    const shown = account
      ? participantNode(group, account)
      : { tag: 'participant', attrs: { jid: node.attrs['jid'] ?? '' } }
    return { account, error, node: error === undefined ? shown : withError(shown, error) }
  })
}

function withError(node: WireNode, error: number): WireNode {
  return { ...node, attrs: { ...node.attrs, error: String(error) } }
}

function answer(tag: string, content: readonly WireNode[]): WireNode[] {
  return [{ tag, attrs: {}, content }]
}
