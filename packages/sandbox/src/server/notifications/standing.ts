import { serverJid } from '../../wire/jid.ts'
import type { Account } from '../../world/account.ts'
import type { World } from '../../world/world.ts'
import { newChatsData, reachOutData } from '../mex/account-answers.ts'
import { notify } from './notify.ts'

/** Tells an account's companions that it may, or may again, write to strangers. Seen in two clients (whatsmeow notification.go
 *  handleMexNotification, baileys messages-recv.js). */
export function announceReachOut(world: World, account: Account): void {
  tell(world, account, 'NotificationUserReachoutTimelockUpdate', {
    xwa2_notify_account_reachout_timelock: reachOutData(world, account),
  })
}

/** Tells them how many new chats are left. Seen in one client (baileys messages-recv.js). */
export function announceNewChats(world: World, account: Account): void {
  tell(world, account, 'MessageCappingInfoNotification', {
    xwa2_notify_new_chat_messages_capping_info_update: newChatsData(world, account),
  })
}

function tell(world: World, account: Account, operation: string, data: object): void {
  const update = { tag: 'update', attrs: { op_name: operation }, content: Buffer.from(JSON.stringify({ data })) }
  const companions = [...account.devices.values()].filter(({ id }) => id !== 0)
  notify(world, companions, { type: 'mex', from: serverJid, content: [update] })
}
