import { once } from 'node:events'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Streamed, StreamItem, StreamOperation, StreamPlace } from '../kit/define-stream.ts'
import type { Route } from '../kit/registered.ts'
import { whenAsked } from '../when-asked.ts'
import { createCallers } from './callers.ts'
import { cutOffIdle } from './cut-off-idle.ts'
import { failure } from './envelope.ts'
import { type AskedStream, makeStreamOpener, usualBeatMs } from './open-stream.ts'
import { routeUrl } from './route-url.ts'
import type { Mounting, ServerOptions } from './server-options.ts'
import { toAppError } from './to-app-error.ts'

const oneLine = (value: string): string => value.replaceAll(/[\r\n]/g, ' ')

const format = (item: StreamItem | StreamPlace): string =>
  'event' in item ? `id: ${item.id}\nevent: ${oneLine(item.event)}\ndata: ${item.json}\n\n` : `id: ${item.id}\n\n`

/** Resolves when the client has taken what was written before, or is gone. */
const write = async (reply: FastifyReply, text: string, signal: AbortSignal): Promise<void> => {
  if (signal.aborted || reply.raw.write(text)) return
  await once(reply.raw, 'drain', { signal }).catch(() => {})
}

const openHeaders = (reply: FastifyReply): void => {
  const headers = {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Proxies of the nginx family hold answers back otherwise.
    'x-accel-buffering': 'no',
  }
  // What the hooks have set so far (request id, CORS, hardening) goes out too.
  const sofar = reply.getHeaders() as Record<string, string>
  reply.hijack()
  reply.raw.writeHead(200, { ...sofar, ...headers })
}

interface Running {
  readonly reply: FastifyReply
  readonly signal: AbortSignal
  readonly stillAllowed: () => Promise<unknown>
  readonly beatMs: number
}

const pump = async (items: Streamed, { reply, signal, stillAllowed }: Running): Promise<void> => {
  for await (const item of items) {
    if (signal.aborted) return
    await stillAllowed()
    await write(reply, format(item), signal)
  }
}

const beat = (running: Running, stop: () => void): NodeJS.Timeout => {
  const { reply, stillAllowed, beatMs } = running
  const timer = setInterval(() => {
    stillAllowed().then(
      () => reply.raw.writableNeedDrain || reply.raw.write(': alive\n\n'),
      () => stop(),
    )
  }, beatMs)
  return timer.unref()
}

/** Writes a stream until the client leaves, the server drains, the credentials end, or the items do. @throws what `open` rejects with */
const serve = async (
  { open, stillAllowed, beatMs }: AskedStream,
  request: FastifyRequest,
  reply: FastifyReply,
  options: ServerOptions,
): Promise<void> => {
  const gone = new AbortController()
  const signal = AbortSignal.any([gone.signal, options.draining])
  reply.raw.once('close', () => gone.abort())
  const running = { reply, signal, stillAllowed, beatMs: beatMs ?? options.heartbeatMs ?? usualBeatMs }
  const items = await open(signal)
  openHeaders(reply)
  cutOffIdle(reply, options)
  reply.raw.write(': open\n\n')
  const timer = beat(running, () => gone.abort())
  try {
    await pump(items, running)
  } catch (error) {
    if (!signal.aborted) {
      const known = toAppError(error)
      if (known.code === 'internal') options.log.error({ err: error, requestId: request.id }, 'a stream failed')
      // What Retry-After is to an answer: when a browser comes back by itself.
      const retry = known.retryAfterSeconds === undefined ? '' : `retry: ${Math.ceil(known.retryAfterSeconds * 1000)}\n`
      reply.raw.write(`event: error\n${retry}data: ${JSON.stringify(failure(known, request.id))}\n\n`)
    }
  } finally {
    clearInterval(timer)
    reply.raw.end()
  }
}

/** Puts one live stream on its route. */
export const mountStream = (app: FastifyInstance, route: Route, options: Mounting): void => {
  const callers = createCallers(route, options)
  const opener = whenAsked(async () => makeStreamOpener(route, (await route.load()) as StreamOperation))
  app.route({
    method: ['GET', 'HEAD'],
    url: routeUrl(options.config.http.basePath, route.path),
    exposeHeadRoute: false,
    config: { operationId: route.id },
    onRequest: callers.identify,
    handler: async (request, reply) => {
      const asked = (await opener())(callers.of(request), request)
      if (request.method === 'HEAD') return reply.type('text/event-stream').send()
      const leave = options.streamSeats.take(asked.scope)
      await serve(asked, request, reply, options).finally(leave)
      return reply
    },
  })
}
