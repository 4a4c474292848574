import { childOf } from '../../wire/nodes.ts'
import type { Notification } from './notification.ts'
import { ownAccountItems } from './people.ts'

/** Something of the own account changed on another of its devices. */
export const accountSync: Notification = {
  type: 'account_sync',
  async take(node, { context, directory, privacy }) {
    const { me } = context.creds
    await directory.forget(me?.id ?? '')
    await directory.forget(me?.lid ?? '')
    if (childOf(node, 'privacy')) privacy.forget()
  },
  items: ownAccountItems,
}
