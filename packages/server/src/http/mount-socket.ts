import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { WebSocket } from 'ws'
import { AppError } from '../errors/app-error.ts'
import type { Streamed, StreamOperation } from '../kit/define-stream.ts'
import type { Route } from '../kit/registered.ts'
import { checkOrigin } from '../tenants/check-origin.ts'
import { whenAsked } from '../when-asked.ts'
import { logSocketEnd } from './access-log.ts'
import { originOf } from './caller-address.ts'
import { createCallers } from './callers.ts'
import { LiveSocket } from './live-socket.ts'
import { makeStreamOpener } from './open-stream.ts'
import { routeUrl } from './route-url.ts'
import type { Mounting } from './server-options.ts'
import { type Upgrade, upgradeOf } from './upgrades.ts'

/** A reader has nothing to say: what is larger than a ping or a close frame is not even read. */
const largestMessageBytes = 1024

/** @throws AppError upgrade_required | invalid_request */
const checkHandshake = (request: IncomingMessage, reply: FastifyReply): Upgrade => {
  const upgrade = upgradeOf(request)
  const { 'sec-websocket-version': version, 'sec-websocket-key': key } = request.headers
  if (!upgrade || version !== '13') {
    reply.header('upgrade', 'websocket').header('sec-websocket-version', '13')
    throw new AppError('upgrade_required')
  }
  if (!key || !/^[+/0-9A-Za-z]{22}==$/.test(key))
    throw new AppError('invalid_request', 'Sec-WebSocket-Key: is not 16 bytes')
  return upgrade
}

/** Puts one live stream on its route, over a WebSocket. Whatever is refused is refused in HTTP, as by any other operation. */
export const mountSocket = (app: FastifyInstance, route: Route, options: Mounting): void => {
  const callers = createCallers(route, options)
  const opener = whenAsked(async () => makeStreamOpener(route, (await route.load()) as StreamOperation))
  const { corsOrigins } = options.config.http
  const requestIds = new WeakMap<IncomingMessage, string>()
  const webSockets = whenAsked(async () => {
    const { WebSocketServer } = await import('ws')
    const server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      // Compression would keep a window of memory for each reader.
      perMessageDeflate: false,
      maxPayload: largestMessageBytes,
      // Answers to pings would gather without end for a client that reads nothing.
      autoPong: false,
    })
    server.on('headers', (headers, request) => headers.push(`X-Request-ID: ${requestIds.get(request)}`))
    return server
  })
  const shake = async ({ raw, id }: FastifyRequest, { socket, head, take }: Upgrade): Promise<WebSocket> => {
    const server = await webSockets()
    const { promise, resolve, reject } = Promise.withResolvers<WebSocket>()
    // It may have left already, while it was asked who it is and where it begins.
    if (socket.destroyed) reject(new Error('the client has left'))
    socket.once('close', () => reject(new Error('the client has left')))
    requestIds.set(raw, id)
    take()
    server.handleUpgrade(raw, socket, head, resolve)
    return promise
  }
  const serve = async (items: Streamed, live: LiveSocket, stillAllowed: () => Promise<unknown>): Promise<void> => {
    try {
      for await (const item of items) {
        if (live.ended.aborted) break
        await stillAllowed()
        if ('event' in item) await live.send(item)
      }
    } catch (error) {
      live.fail(error)
    }
    await live.closed
  }
  app.route({
    method: 'GET',
    url: routeUrl(options.config.http.basePath, route.path),
    config: { operationId: route.id },
    onRequest: callers.identify,
    handler: async (request, reply) => {
      const { open, stillAllowed, scope, beatMs } = (await opener())(callers.of(request), request)
      // A page may open a WebSocket to any host, and no browser asks that host before (RFC 6455, 10.2): so it is asked here.
      checkOrigin(request.headers.origin, originOf(request), corsOrigins)
      const leave = options.streamSeats.take(scope)
      const left = new AbortController()
      try {
        const items = await open(left.signal)
        const upgrade = checkHandshake(request.raw, reply)
        reply.hijack()
        const webSocket = await shake(request, upgrade)
        const live = new LiveSocket(webSocket, upgrade.socket, {
          ...options,
          ...(beatMs !== undefined && { heartbeatMs: beatMs }),
          requestId: request.id,
          stillAllowed,
        })
        live.ended.addEventListener('abort', () => left.abort())
        if (live.ended.aborted) left.abort()
        await serve(items, live, stillAllowed)
      } catch (error) {
        if (!reply.sent) throw error
      } finally {
        left.abort()
        leave()
        if (reply.sent) logSocketEnd(request, reply, options)
      }
      return reply
    },
  })
}
