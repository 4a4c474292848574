import { scopeOfOperation } from '../../kit/operation-scopes.ts'
import type { Provoke } from '../walk.ts'

/** With an access key that may do something else. */
export default (async ({ gateway }, { id, operation }) => {
  const needed = scopeOfOperation({ id, ...operation })
  const scopes = [needed === 'read' ? 'send' : 'read']
  const key = await gateway.createKey()
  const { secret } = await key.api.post<{ secret: string }>('/access-keys', { label: 'Of the walk', scopes })
  return { api: gateway.api.with({ authorization: `Bearer ${secret}` }) }
}) satisfies Provoke
