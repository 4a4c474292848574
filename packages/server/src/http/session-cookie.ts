import type { FastifyRequest } from 'fastify'
import { AppError } from '../errors/app-error.ts'
import { checkSameSite } from '../tenants/check-origin.ts'
import { sessionCookieName } from '../tenants/session-cookie-name.ts'
import { originOf } from './caller-address.ts'

const start = `${sessionCookieName}=`

/** The cookie of a console session, if there is one. */
export const sessionCookie = ({ headers }: FastifyRequest): string | undefined => {
  const pair = headers.cookie?.split(/; */).find((each) => each.startsWith(start))
  return pair?.slice(start.length) || undefined
}

const reads = new Set(['GET', 'HEAD'])

/** A browser sends the cookie by itself: so a request that comes with it must be one of our own pages. No other site can send the header `X-Requested-With`
 *  without asking, and browsers say where a request began. @throws AppError origin_not_allowed */
export const checkOwnPage = (request: FastifyRequest): void => {
  const { origin, 'sec-fetch-site': site, 'x-requested-with': by } = request.headers
  checkSameSite({ origin, site }, originOf(request))
  if (reads.has(request.method) || by === 'switchboard') return
  throw new AppError('origin_not_allowed', 'With the session of the console, X-Requested-With: switchboard is needed')
}
