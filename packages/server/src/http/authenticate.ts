import type { FastifyRequest } from 'fastify'
import type { AuthKind, Principal } from '../kit/context.ts'
import type { AuthAttempt, Authenticator } from '../tenants/tenants.ts'
import { callerAddress } from './caller-address.ts'

const single = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** Who sent this request. @throws AppError unauthorized | rate_limited */
export const authenticate = async (
  kind: AuthKind,
  request: FastifyRequest,
  authenticator: Authenticator,
  asked: Pick<AuthAttempt, 'again'> = {},
): Promise<Principal> => {
  const attempt = { ...asked, from: callerAddress(request) }
  if (kind === 'device') return authenticator.device(single(request.headers.authorization), attempt)
  if (kind === 'api_key') return authenticator.apiKey(single(request.headers['x-api-key']), attempt)
  if (kind === 'admin') return authenticator.admin(single(request.headers['x-admin-secret']), attempt)
  return { kind: 'none' }
}
