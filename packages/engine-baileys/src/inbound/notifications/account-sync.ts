import { childOf } from '../../wire/nodes.ts'
import { usernameIn } from '../message-envelope.ts'
import { itemBase, type Notification } from './notification.ts'
import { ownAccountItems } from './people.ts'

/** Something of the own account changed on another of its devices. */
export const accountSync: Notification = {
  type: 'account_sync',
  async take(node, { context, directory, privacy, username }) {
    const { me } = context.creds
    await directory.forget(me?.id ?? '')
    await directory.forget(me?.lid ?? '')
    if (childOf(node, 'privacy')) privacy.forget()
    const named = childOf(node, 'username')
    if (!named) return
    const told = itemBase(node, 'username')
    // Seen in: zapo client/events/username.ts, which has the order from WhatsApp Web.
    if (named.attrs['action'] === 'modify') await username.ask(told)
    else await username.take(usernameIn(named.attrs['username']) ?? '', told)
  },
  items: ownAccountItems,
}
