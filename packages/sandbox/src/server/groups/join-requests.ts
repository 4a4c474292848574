import type { WireNode } from '../../wire/node.ts'
import type { Account } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
import type { Group, JoinRequest } from '../../world/groups/group.ts'
import type { World } from '../../world/world.ts'
import { adminsOf, tellGroup } from '../notifications/groups.ts'
import { participantNode } from './group-node.ts'

/** Puts a person on the list that admins decide about, and tells them. Names seen in one client (baileys messages-recv.js); the children of the
 *  notification are inferred: baileys looks for `participant` and takes the acting person when there is none. */
export function requestToJoin(
  world: World,
  group: Group,
  account: Account,
  by: Account,
  method: JoinRequest['method'],
): void {
  if (group.requests.has(account.lid)) return
  group.requests.set(account.lid, { lid: account.lid, by: by.lid, at: world.clock.now(), method })
  const content = [participantNode(group, account)]
  const change = { tag: 'created_membership_requests', attrs: { request_method: method }, content }
  tellGroup(world, group, by, change, adminsOf(world, group))
}

/** Takes requests off the list without making anybody a member: refused by an admin, or withdrawn by the person. Admins and the person get a notification. */
export function dropRequests(world: World, group: Group, actor: Account, people: readonly Account[]): void {
  const dropped = people.filter((account) => group.requests.delete(account.lid))
  if (dropped.length === 0) return
  const content = dropped.map((account) => participantNode(group, account))
  const audience = new Set([...adminsOf(world, group), ...dropped])
  tellGroup(world, group, actor, { tag: 'revoked_membership_requests', attrs: {}, content }, [...audience])
}

/** `<membership_approval_request>` as admins list them: address, when, how. Seen in two clients (whatsmeow group.go, baileys groups.js). */
export function requestNode(group: Group, account: Account, request: JoinRequest, by: Account | undefined): WireNode {
  const { attrs } = participantNode(group, account)
  const requestor = by && by !== account ? { requestor: accountJid(by, group.addressing) } : {}
  return {
    tag: 'membership_approval_request',
    attrs: {
      ...attrs,
      request_time: String(Math.floor(request.at / 1000)),
      request_method: request.method,
      ...requestor,
    },
  }
}
