import { childrenNamed } from '../../wire/nodes.ts'
import { itemBase, type Notification } from './notification.ts'

/** Another device of the account wrote to the state that they share. It is acknowledged when that is taken in.
 *  Seen in: whatsmeow notification.go `handleAppStateNotification`, baileys messages-recv.js. */
export const serverSync: Notification = {
  type: 'server_sync',
  async take(node, { appState }) {
    const names = childrenNamed(node, 'collection').map(({ attrs }) => attrs['name'] ?? '')
    const { offline } = itemBase(node)
    await appState.changed(
      names.filter((name) => /^[a-z_]{1,50}$/.test(name)),
      offline,
    )
  },
}
