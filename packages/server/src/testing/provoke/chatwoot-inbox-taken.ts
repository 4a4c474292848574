import { withBridge } from '../../chatwoot/testing/with-bridge.ts'
import type { Provoke } from '../walk.ts'

/** Another device has the inbox. */
export default ((walk, entry) =>
  withBridge(walk, async ({ access }) => {
    const inbox_name = 'Of another device'
    const other = await walk.gateway.createDevice()
    await other.api.post('/integrations/chatwoot', { ...access, inbox_name })
    const answer = await walk.ask(entry, { body: { ...access, inbox_name } })
    await other.api.delete('/integrations/chatwoot')
    return answer
  })) satisfies Provoke
