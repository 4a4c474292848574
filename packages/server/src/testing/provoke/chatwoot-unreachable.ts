import { withBridge } from '../../chatwoot/testing/with-bridge.ts'
import type { Provoke } from '../walk.ts'

/** Nothing is at the address of the walk; a bridge that is there loses its Chatwoot. */
export default ((walk, entry) => {
  if (entry.operation.method === 'POST') return {}
  return withBridge(walk, async ({ chatwoot }) => {
    await chatwoot.stop()
    return walk.ask(entry, { body: { paused: false } })
  })
}) satisfies Provoke
