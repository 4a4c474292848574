import type { AuthAttempt } from '../tenants/authentication.ts'
import type { Tenants } from '../tenants/tenants.ts'

/** Lets callers in by their credentials, each for what is its own. */
export const letIn = ({ authenticator }: Pick<Tenants, 'authenticator'>) => ({
  device: (authorization: string, attempt?: AuthAttempt) =>
    authenticator.admit(authenticator.token(authorization), { auth: 'device' }, attempt),
  apiKey: (key: string, attempt?: AuthAttempt) =>
    authenticator.admit(authenticator.apiKey(key, attempt), { auth: 'api_key' }, attempt),
  admin: (secret: string, attempt?: AuthAttempt) =>
    authenticator.admit(authenticator.admin(secret, attempt), { auth: 'admin' }, attempt),
})
