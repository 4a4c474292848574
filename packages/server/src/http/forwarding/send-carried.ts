import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Owner } from '../../cluster/owners.ts'
import { AppError } from '../../errors/app-error.ts'
import type { Services } from '../../gateway/services.ts'
import { whenAsked } from '../../when-asked.ts'
import type { Carried } from './carried.ts'
import { carriedHeader, sealCarried } from './carried-request.ts'
import { unreachable } from './placement.ts'

/** A file may have to come from a phone first. */
const headersTimeout = 300_000

/** A gateway alone never needs it. */
const client = whenAsked(async () => {
  const { Agent, request } = await import('undici')
  const dispatcher = new Agent({ headersTimeout, bodyTimeout: 0, connectTimeout: 3_000, keepAliveTimeout: 30_000 })
  return { dispatcher, send: request }
})

/** What failed before anything was sent. */
const neverSent = new Set(['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND'])

/** A request on its way to another node. */
export interface Sent {
  readonly method: string
  /** Path and query, base path included. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body?: Readable | string
  readonly signal: AbortSignal
}

/** Sends a request to the node that has its device, sealed, by HTTP. @throws AppError not_ready | answer_lost */
export const sendCarried = async (
  { method, url, headers, body, signal }: Sent,
  carried: Carried,
  owner: Owner,
  { cluster, metrics }: Pick<Services, 'cluster' | 'metrics'>,
) => {
  const begun = performance.now()
  const took = () => (performance.now() - begun) / 1000
  const sealed = sealCarried(carried, { method, url }, cluster)
  const all = { ...headers, 'x-request-id': carried.requestId, [carriedHeader]: sealed }
  const { dispatcher, send } = await client()
  try {
    const given = { method: method as 'GET', headers: all, dispatcher, signal }
    const answer = await send(`${owner.url}${url}`, { ...given, ...(body !== undefined && { body }) })
    metrics.forwarded('http', 'answered', took())
    return answer
  } catch (error) {
    metrics.forwarded('http', 'lost', took())
    const { code = '' } = error as NodeJS.ErrnoException
    if (method === 'GET' || method === 'HEAD' || neverSent.has(code)) throw unreachable()
    throw new AppError('answer_lost', undefined, { cause: error })
  }
}
