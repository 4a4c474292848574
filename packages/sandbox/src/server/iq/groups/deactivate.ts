import type { WireNode } from '../../../wire/node.ts'
import type { Account } from '../../../world/account.ts'
import type { Group } from '../../../world/groups/group.ts'
import type { World } from '../../../world/world.ts'
import { endGroup } from '../../groups/end-group.ts'
import { groupSummary } from '../../groups/group-node.ts'
import { refusals } from '../../groups/group-request.ts'
import { tellGroup } from '../../notifications/groups.ts'
import type { IqHandler } from '../iq-handler.ts'
import { communityToManage } from './links.ts'

/** Also the reason that clients get (whatsmeow types/group.go GroupUnlinkReasonDelete). */
const reason = 'delete_parent'

/** `<delete_parent/>`: ends a community and its announcement group; its other groups stay. The request: one client (zapo
 *  builders/community.ts). `<delete reason>` and the unlinks: two (whatsmeow group.go, zapo events/group.ts). That only the creator may is inferred. */
export const deactivateCommunity: IqHandler = (request) => {
  const { world } = request
  const { account } = request.from
  const community = communityToManage(request)
  if (community.participants.get(account.lid)?.role !== 'superadmin') throw refusals.forbidden()
  for (const group of world.groups.subGroups(community)) {
    if (group.isDefaultSubGroup) close(world, group, account)
    else letGo(world, community, group, account)
  }
  close(world, community, account)
  return undefined
}

function close(world: World, group: Group, by: Account): void {
  tellGroup(world, group, by, { tag: 'delete', attrs: { reason } })
  endGroup(world, group)
}

function letGo(world: World, community: Group, group: Group, by: Account): void {
  group.parent = undefined
  const attrs = { unlink_type: 'parent_group', unlink_reason: reason }
  const unlink: WireNode = { tag: 'unlink', attrs, content: [groupSummary(world, community)] }
  tellGroup(world, group, by, unlink)
}
