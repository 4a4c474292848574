import type { FastifyRequest } from 'fastify'
import { AppError } from '../errors/app-error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { Principal } from '../kit/context.ts'
import { nobody } from '../tenants/act-for.ts'
import type { AuthAttempt, Wanted } from '../tenants/authentication.ts'
import type { ConsoleSession, Grant, Target, TicketFilter } from '../tenants/principals.ts'
import { looksLikeAccessKey, looksLikeApiKey, looksLikeToken } from '../tenants/secrets.ts'
import type { Tenants } from '../tenants/tenants.ts'
import type { RedeemedTicket, Tickets } from '../tenants/tickets.ts'
import { callerAddress } from './caller-address.ts'
import { checkOwnPage, sessionCookie } from './session-cookie.ts'

const single = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** Tickets that were used up by the requests that came with them. */
const redeemed = new WeakMap<FastifyRequest, RedeemedTicket>()

type Judges = Pick<Tenants, 'authenticator' | 'tickets' | 'actedFor' | 'consoleSessions' | 'shared'>

/** A credential that counts, and for whom it is used. */
interface Shown {
  readonly grant: Grant
  readonly target: Target
  readonly ticket?: TicketFilter
  readonly session?: ConsoleSession
}

/** By a ticket, which this uses up: that the same request asks again does no harm. */
const byTicket = async (text: string, request: FastifyRequest, tickets: Tickets): Promise<Shown> => {
  const ticket = redeemed.get(request) ?? (await tickets.redeem(text))
  if (!ticket) throw new AppError('unauthorized', 'This ticket is not known, was used, or has ended')
  redeemed.set(request, ticket)
  return { grant: ticket.grant, target: ticket.target, ticket: { types: ticket.types } }
}

/** By the cookie of a console session, which counts for pages of this server alone. */
const byCookie = (request: FastifyRequest, target: Target, { consoleSessions }: Judges): Shown | undefined => {
  const cookie = sessionCookie(request)
  if (cookie === undefined) return undefined
  checkOwnPage(request)
  const session = consoleSessions.find(cookie)
  if (!session) throw new AppError('unauthorized', 'The session of the console is not known, or has ended')
  return { grant: session.grant, target, session }
}

/** An access key stands where a token or an API key would, whatever the operation takes: its owner shall see why it may not call it. */
const accessKeyIn = ({ headers }: FastifyRequest): string | undefined => {
  const token = /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  return [token, single(headers['x-api-key'])].find((text) => text !== undefined && looksLikeAccessKey(text))
}

/** A credential in the header of another kind, known by its form alone: whether it counts is not looked for.
 *  @throws AppError unauthorized */
const refuseMisplaced = ({ headers }: FastifyRequest): void => {
  const bearer = /^(?:bearer +)?(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  if (bearer !== undefined && looksLikeApiKey(bearer)) {
    throw new AppError('unauthorized', 'An API key is sent as X-API-Key: wam_…, and not as Authorization')
  }
  const token = /^(?:bearer +)?(\S+)$/i.exec(single(headers['x-api-key']) ?? '')?.[1]
  if (token !== undefined && looksLikeToken(token)) {
    throw new AppError('unauthorized', 'A device token is sent as Authorization: Bearer …, and not as X-API-Key')
  }
}

/** What a request shows of itself. Of several credentials the narrowest one counts, right or wrong; a cookie counts where there is no other. */
const shownBy = (
  request: FastifyRequest,
  { auth }: Wanted,
  judges: Judges,
  attempt: AuthAttempt,
): Shown | undefined | Promise<Shown> => {
  const { authenticator, tickets } = judges
  const { headers } = request
  const target = { deviceId: single(headers['x-device-id']), apiKeyId: single(headers['x-api-key-id']) }
  if (auth === 'session') return byCookie(request, target, judges)
  const accessKey = accessKeyIn(request)
  if (accessKey !== undefined) return { grant: authenticator.accessKey(accessKey, attempt), target }
  const token = auth === 'admin' || auth === 'api_key' ? undefined : single(headers.authorization)
  if (token !== undefined) {
    refuseMisplaced(request)
    return { grant: authenticator.token(token), target }
  }
  const key = auth === 'admin' ? undefined : single(headers['x-api-key'])
  if (key !== undefined) {
    refuseMisplaced(request)
    return { grant: authenticator.apiKey(key, attempt), target }
  }
  const secret = single(headers['x-admin-secret'])
  if (secret !== undefined) return { grant: authenticator.admin(secret, attempt), target }
  const ticket = auth === 'reader' ? single((request.query as { ticket?: unknown }).ticket) : undefined
  if (ticket !== undefined) return byTicket(ticket, request, tickets)
  return byCookie(request, target, judges)
}

/** Who sent this request, and for whom. @throws AppError what {@link Authenticator.admit} does, origin_not_allowed */
const judge = async (
  wanted: Wanted,
  request: FastifyRequest,
  judges: Judges,
  attempt: AuthAttempt,
): Promise<Principal> => {
  const shown = await shownBy(request, wanted, judges, attempt)
  if (!shown) {
    refuseMisplaced(request)
    throw nobody(wanted.auth)
  }
  const { grant, target, ticket, session } = shown
  const principal = judges.authenticator.admit(grant, { ...wanted, target }, attempt)
  await judges.actedFor.note(principal, attempt.from)
  if (ticket) return { ...principal, ticket } as Principal
  return session ? { ...principal, session } : principal
}

/** Refusals of somebody, or something, that another node may have made just now. */
const mayBeNews = new Set<ErrorCode>(['unauthorized', 'device_not_found', 'api_key_not_found'])

/** The same. Among several nodes, whoever is not known is looked for once more in what the others have changed.
 *  @throws AppError as {@link judge}; not_ready when this node cannot see what was revoked elsewhere */
export const authenticate = async (
  wanted: Wanted,
  request: FastifyRequest,
  judges: Judges,
  asked: Pick<AuthAttempt, 'again'> = {},
): Promise<Principal> => {
  const { auth } = wanted
  if (auth === 'none') return { kind: auth }
  const attempt = { ...asked, from: callerAddress(request) }
  const changes = judges.shared?.changes
  changes?.check()
  try {
    return await judge(wanted, request, judges, attempt)
  } catch (error) {
    const isNews = error instanceof AppError && mayBeNews.has(error.code) && (await changes?.refresh())
    if (!isNews) throw error
    return judge(wanted, request, judges, attempt)
  }
}
