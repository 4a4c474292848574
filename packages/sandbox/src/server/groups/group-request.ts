import type { WireNode } from '../../wire/node.ts'
import { children, contentText, jidAttr } from '../../wire/node-access.ts'
import type { Account } from '../../world/account.ts'
import type { Group } from '../../world/groups/group.ts'
import { isAdmin, isMember } from '../../world/groups/permissions.ts'
import type { IqRequest } from '../iq/iq-handler.ts'
import { StanzaError } from '../stanza-error.ts'

/** Code and text of refusals, as whatsmeow (request.go, group.go) tells them apart. */
export const refusals = {
  badRequest: () => new StanzaError(400, 'bad-request'),
  notAuthorized: () => new StanzaError(401, 'not-authorized'),
  forbidden: () => new StanzaError(403, 'forbidden'),
  notFound: () => new StanzaError(404, 'item-not-found'),
  notAcceptable: () => new StanzaError(406, 'not-acceptable'),
  conflict: () => new StanzaError(409, 'conflict'),
  gone: () => new StanzaError(410, 'gone'),
  full: () => new StanzaError(419, 'resource-limit'),
}

/** The group that a request is addressed to. @throws 404 */
export function groupOf({ world, node }: IqRequest): Group {
  const to = jidAttr(node, 'to')
  const group = to && world.groups.get(to)
  if (!group) throw refusals.notFound()
  return group
}

/** That group, when the one who asks is a member of it. @throws 403, 404 */
export function groupOfMember(request: IqRequest): Group {
  const group = groupOf(request)
  if (!isMember(group, request.from.account)) throw refusals.forbidden()
  return group
}

/** That group, when the one who asks is an admin of it. @throws 403, 404 */
export function groupOfAdmin(request: IqRequest): Group {
  const group = groupOf(request)
  if (!isAdmin(group, request.from.account)) throw refusals.forbidden()
  return group
}

/** Whether a request is to the group server as a whole: `to="@g.us"`. */
export function isToServer({ node }: IqRequest): boolean {
  return jidAttr(node, 'to')?.user === ''
}

/** The first child with that tag. @throws 400 */
export function required(node: WireNode, tag: string): WireNode {
  const found = children(node, tag)[0]
  if (!found) throw refusals.badRequest()
  return found
}

/** `<participant jid>` children: the account is undefined when nobody has that address. @throws 400 when there is none or one without address */
export function namedPeople(request: IqRequest, node: WireNode): { account: Account | undefined; node: WireNode }[] {
  const named = children(node, 'participant').map((item) => {
    const jid = jidAttr(item, 'jid')
    if (!jid) throw refusals.badRequest()
    return { account: request.world.account(jid), node: item }
  })
  if (named.length === 0) throw refusals.badRequest()
  return named
}

export function textOf(node: WireNode | undefined): string {
  return contentText(node) ?? ''
}
