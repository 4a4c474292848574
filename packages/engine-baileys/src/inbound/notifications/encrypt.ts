import { bareJid } from '@switchboard/engine'
import { ensurePreKeys } from '../../session/pre-key-supply.ts'
import { childOf } from '../../wire/nodes.ts'
import { addressOf } from '../message-envelope.ts'
import { itemBase, type Notification } from './notification.ts'

/** The server has few of our prekeys left, or somebody has set up their phone again. */
export const encrypt: Notification = {
  type: 'encrypt',
  // Messages behind it are read with the new keys.
  inOrder: (node) => childOf(node, 'identity') !== undefined,
  async take(node, { context, directory, tokens }) {
    if (childOf(node, 'count')) return ensurePreKeys(context)
    if (!childOf(node, 'identity')) return
    const from = node.attrs['from'] ?? ''
    await directory.forget(from)
    const { signal, host, store } = context
    const of = await addressOf(bareJid(from), node.attrs['lid'], signal.book)
    const item = { kind: 'identity_change' as const, ...itemBase(node), of }
    const address = await signal.address(from)
    await signal.locked([address], async (steps) => {
      // What the old keys could read is over.
      steps.deleteSession(address)
      await steps.commit((writes) => store.guard(host.receive(item, writes)))
    })
    // The server's answer comes in behind this notification.
    void tokens.issueAgain(from).catch((error) => context.warn(error, 'a token could not be given again'))
  },
}
