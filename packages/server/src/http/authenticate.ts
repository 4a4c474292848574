import type { FastifyRequest } from 'fastify'
import { AppError } from '../errors/app-error.ts'
import type { AuthKind, Principal } from '../kit/context.ts'
import type { AuthAttempt, Tenants } from '../tenants/tenants.ts'
import type { Tickets } from '../tenants/tickets.ts'
import { callerAddress } from './caller-address.ts'

const single = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** Tickets that were used up by the requests that came with them. */
const redeemed = new WeakMap<FastifyRequest, NonNullable<ReturnType<Tickets['redeem']>>>()

type Judges = Pick<Tenants, 'authenticator' | 'tickets'>

/** By a ticket, which this uses up: that the same request asks again does no harm. */
const byTicket = (text: string, request: FastifyRequest, { authenticator, tickets }: Judges, attempt: AuthAttempt) => {
  const ticket = redeemed.get(request) ?? tickets.redeem(text)
  if (!ticket) throw new AppError('unauthorized', 'This ticket is not known, was used, or has ended')
  redeemed.set(request, ticket)
  return { ...authenticator.admit(ticket.grant, attempt), ticket: { types: ticket.types } }
}

/** Who sent this request. @throws AppError unauthorized | rate_limited */
export const authenticate = async (
  kind: AuthKind,
  request: FastifyRequest,
  judges: Judges,
  asked: Pick<AuthAttempt, 'again'> = {},
): Promise<Principal> => {
  if (kind === 'none') return { kind }
  const { authenticator } = judges
  const attempt = { ...asked, from: callerAddress(request) }
  const token = single(request.headers.authorization)
  const key = single(request.headers['x-api-key'])
  if (kind === 'device') return authenticator.device(token, attempt)
  if (kind === 'api_key') return authenticator.apiKey(key, attempt)
  if (kind === 'admin') return authenticator.admin(single(request.headers['x-admin-secret']), attempt)
  // Of two credentials the narrower one counts.
  if (token !== undefined) return authenticator.device(token, attempt)
  if (key !== undefined) return authenticator.apiKey(key, attempt)
  const ticket = kind === 'reader' ? single((request.query as { ticket?: unknown }).ticket) : undefined
  if (ticket !== undefined) return byTicket(ticket, request, judges, attempt)
  throw new AppError(
    'unauthorized',
    'A device token or an API key is needed: Authorization: Bearer …, or X-API-Key: wam_…',
  )
}
