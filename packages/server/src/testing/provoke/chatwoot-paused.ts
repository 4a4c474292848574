import { withBridge } from '../../chatwoot/testing/with-bridge.ts'
import type { Provoke } from '../walk.ts'

/** An agent writes while the bridge is paused. */
export default ((walk, entry) =>
  withBridge(walk, async ({ chatwoot, access }) => {
    await walk.mine.device.api.patch('/integrations/chatwoot', { paused: true })
    const [inbox] = chatwoot.world.inboxes
    const message = { event: 'message_created', id: 1, content: 'Hello', message_type: 'outgoing', private: false }
    const place = { account: { id: access.account_id }, inbox: { id: inbox!.id }, conversation: { id: 1 } }
    const hook = inbox!.webhook_url!.split('/').at(-1)!
    return walk.ask(entry, { path: { hook }, body: { ...message, ...place } })
  })) satisfies Provoke
