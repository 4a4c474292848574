import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** The caller's X-Request-ID when it is harmless in logs and headers, else a new one. */
export const requestIdOf = (request: Pick<IncomingMessage, 'headers'>): string => {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID()
}
