import { withBridge } from '../../chatwoot/testing/with-bridge.ts'
import type { Provoke } from '../walk.ts'

/** A token that Chatwoot does not know. */
export default ((walk, entry) =>
  withBridge(walk, ({ access }) => {
    const api_access_token = 'unknown'
    const body = entry.operation.method === 'POST' ? { ...access, api_access_token } : { api_access_token }
    return walk.ask(entry, { body })
  })) satisfies Provoke
