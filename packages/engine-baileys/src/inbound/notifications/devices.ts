import { childrenNamed, childrenOf } from '../../wire/nodes.ts'
import type { Notification } from './notification.ts'

/** Somebody linked or removed a device. */
export const devices: Notification = {
  type: 'devices',
  async take(node, { context, directory }) {
    await directory.forget(node.attrs['from'] ?? '')
    const removed = childrenOf(node).filter(({ tag }) => tag === 'remove')
    const jids = removed.flatMap((change) => childrenNamed(change, 'device').map(({ attrs }) => attrs['jid'] ?? ''))
    const named = jids.filter((jid) => jid !== '')
    if (named.length > 0) await context.signal.deleteSessions(named, context.store)
  },
}
