import { formatJid } from '../../wire/jid.ts'
import type { Account } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
import type { Group } from '../../world/groups/group.ts'
import type { World } from '../../world/world.ts'
import { groupJid } from '../groups/group-address.ts'
import { membersOf } from './groups.ts'
import { tellByMex } from './mex.ts'

/** Who may share recent messages with new members is another now. Seen in one client (WhatsApp Web's WAWebMexGroupPropertyUpdateNotificationHandler). */
export function announceHistoryShare(world: World, group: Group, actor: Account): void {
  const change = {
    id: formatJid(groupJid(group)),
    lid_migration_state: { addressing_mode: group.addressing.toUpperCase() },
    properties: { member_share_group_history_mode: group.settings.historyShare.toUpperCase() },
    update_time: String(world.clock.now()),
    updated_by: {
      id: formatJid(accountJid(actor, group.addressing)),
      pn: formatJid(accountJid(actor, 'pn')),
      notify_name: actor.pushName,
    },
  }
  const operation = 'NotificationGroupMemberShareGroupHistoryModePropertyUpdate'
  tellByMex(world, membersOf(world, group), operation, { data: { xwa2_notify_group_on_prop_change: change } })
  world.log.append('group.changed', { group: group.id, by: actor.phone, change: 'member_share_group_history_mode' })
}
