import { isAdmin } from '../../world/groups/permissions.ts'
import { announceHistoryShare } from '../notifications/group-properties.ts'
import { mexRefusals } from './mex-error.ts'
import { type MexOperation, record } from './mex-operation.ts'

const modes = { ADMIN_SHARE: 'admin_share', ALL_MEMBER_SHARE: 'all_member_share' } as const

/** Sets a property of a group: of those there are, who may share recent messages with new members. Seen in two clients (WhatsApp Web's
 *  WAWebSetPropertyGroupAction, whatsapp-rust features/groups.rs). */
export const updateGroupProperty: MexOperation = ({ world, from, variables }) => {
  const { group_id: id } = variables
  const { member_share_group_history_mode: wanted } = record(variables['update'])
  const group = typeof id === 'string' ? world.groups.get(id) : undefined
  if (!group) throw mexRefusals.notFound()
  if (!isAdmin(group, from.account)) throw mexRefusals.forbidden()
  if (wanted !== 'ADMIN_SHARE' && wanted !== 'ALL_MEMBER_SHARE') throw mexRefusals.badRequest()
  group.settings.historyShare = modes[wanted]
  announceHistoryShare(world, group, from.account)
  return { xwa2_group_update_property: { id, state: 'ACTIVE' } }
}
