import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Forwarded, forwardedReader } from './forwarded.ts'

const known = new WeakMap<FastifyRequest, Forwarded>()

/** Reads where each request comes from before anything else is done with it: a socket that has closed does not tell any more. */
export const readCallers = (app: FastifyInstance, trustedProxies: readonly string[]): void => {
  const read = forwardedReader(trustedProxies)
  app.addHook('onRequest', async (request) => {
    known.set(request, read(request.socket.remoteAddress, request.headers))
  })
}

/** Where a request comes from: the peer of its socket, or the address that trusted proxies name. Limits by address, and the log, use this alone. */
export const callerAddress = (request: FastifyRequest): string =>
  known.get(request)?.address ?? request.socket.remoteAddress ?? ''

/** Scheme and host under which the caller reached us, for links. */
export const originOf = (request: FastifyRequest): string => {
  const { scheme = 'http', host } = known.get(request) ?? {}
  const { localAddress = '127.0.0.1', localPort } = request.socket
  const local = localAddress.includes(':') ? `[${localAddress}]` : localAddress
  return `${scheme}://${host ?? (request.headers.host || `${local}:${localPort}`)}`
}
