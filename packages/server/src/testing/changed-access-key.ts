import type { RegisteredOperation } from '../kit/registered.ts'
import type { Change } from './change.ts'
import type { Walk } from './walk.ts'

/** A request with an access key of everything, which was changed after it had been good: sent as a header, in a session, or to sign in with. */
export const changedAccessKey = async (
  { gateway }: Walk,
  { id, operation }: RegisteredOperation,
  change: Readonly<Record<string, unknown>>,
): Promise<Change> => {
  const key = await gateway.createKey()
  const wanted = { label: 'Of the walk', scopes: ['read', 'send', 'manage', 'webhooks', 'admin'] }
  const made = await key.api.post<{ access_key_id: string; secret: string }>('/access-keys', wanted)
  const session = operation.auth === 'session' ? await gateway.signIn(made.secret) : undefined
  await key.api.patch(`/access-keys/${made.access_key_id}`, change)
  if (id === 'console.signIn') return { body: { credential: made.secret } }
  return { api: session ?? gateway.api.with({ 'x-api-key': made.secret }) }
}
