import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Forwarded, forwardedReader } from './forwarded.ts'

declare module 'fastify' {
  interface FastifyRequest {
    forwarded: Forwarded | undefined
  }
}

/** Reads where each request comes from. To be done before anything else: a socket that has closed does not tell any more. */
export const callerReader = (
  app: FastifyInstance,
  trustedProxies: readonly string[],
): ((request: FastifyRequest) => void) => {
  const read = forwardedReader(trustedProxies)
  app.decorateRequest('forwarded', undefined)
  return (request) => {
    request.forwarded = read(request.raw.socket.remoteAddress, request.headers)
  }
}

/** Where a request comes from: the peer of its socket, or the address that trusted proxies name. Limits by address, and the log, use this alone. */
export const callerAddress = (request: FastifyRequest): string =>
  request.forwarded?.address ?? request.socket.remoteAddress ?? ''

const localHost = ({ socket: { localAddress = '127.0.0.1', localPort } }: FastifyRequest): string =>
  `${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`

/** Scheme and host under which the caller reached us, for links. */
export const originOf = (request: FastifyRequest): string => {
  const { scheme = 'http', host } = request.forwarded ?? {}
  return `${scheme}://${host ?? (request.headers.host || localHost(request))}`
}
