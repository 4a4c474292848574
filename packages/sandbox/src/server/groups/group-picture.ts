import type { WireNode } from '../../wire/node.ts'
import type { Account } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
import type { Group } from '../../world/groups/group.ts'
import { mayEditInfo } from '../../world/groups/permissions.ts'
import type { World } from '../../world/world.ts'
import { membersOf } from '../notifications/groups.ts'
import { notify } from '../notifications/notify.ts'
import { groupJid } from './group-address.ts'
import { refusals } from './group-request.ts'

/** Gives a group another picture, or takes it away, and tells every device of every member. Whoever stores pictures calls this for `w:profile:picture`
 *  requests with a group as `target`. Seen in two clients (whatsmeow notification.go handlePictureNotification, baileys messages-recv.js).
 *  @param pictureId names the picture at the media host; undefined when it was removed
 *  @throws StanzaError 403 for those who may not */
export function changeGroupPicture(world: World, group: Group, actor: Account, pictureId: string | undefined): void {
  if (!mayEditInfo(group, actor)) throw refusals.forbidden()
  group.pictureId = pictureId
  const author = accountJid(actor, group.addressing)
  const change: WireNode =
    pictureId === undefined
      ? { tag: 'delete', attrs: { jid: groupJid(group), author } }
      : { tag: 'set', attrs: { jid: groupJid(group), id: pictureId, author } }
  const devices = membersOf(world, group).flatMap((account) => [...account.devices.values()])
  notify(world, devices, { type: 'picture', from: groupJid(group), content: [change] })
  world.log.append('group.changed', { group: group.id, by: actor.phone, change: 'picture' })
}
