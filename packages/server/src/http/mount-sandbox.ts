import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createCallers } from './callers.ts'
import { routeUrl } from './route-url.ts'
import type { Mounting } from './server-options.ts'

/** What the world needs to know of a request. Credentials stay here. */
const passedOn = ['accept', 'content-type', 'content-length', 'transfer-encoding', 'last-event-id'] as const
/** What concerns one connection alone, or is said by this server. */
const keptBack = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date', 'vary'])

const headersFor = (headers: IncomingHttpHeaders): OutgoingHttpHeaders =>
  Object.fromEntries(passedOn.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])))

const headersOf = (answer: IncomingMessage) =>
  Object.fromEntries(
    Object.entries(answer.headers).filter(([name]) => !keptBack.has(name) && !name.startsWith('access-control-')),
  )

/** Streams a request to the control API of the world and its answer back, as they are. */
const passOn = (request: FastifyRequest, reply: FastifyReply, control: URL, prefix: string): void => {
  const { raw } = request
  const path = (raw.url ?? '').slice(prefix.length)
  reply.hijack()
  const standing = reply.getHeaders() as OutgoingHttpHeaders
  const onward = httpRequest({
    ...{ host: control.hostname, port: control.port, method: raw.method, headers: headersFor(raw.headers) },
    // Whatever comes behind the prefix is a path there, and never another host.
    path: path.startsWith('/') ? path : `/${path}`,
  })
  onward.on('response', (answer) => {
    reply.raw.writeHead(answer.statusCode ?? 502, { ...standing, ...headersOf(answer) })
    reply.raw.flushHeaders()
    answer.on('error', () => reply.raw.destroy())
    answer.pipe(reply.raw)
  })
  onward.on('error', () => {
    if (reply.raw.headersSent) return void reply.raw.destroy()
    const error = { code: 'sandbox_away', message: 'The world of the sandbox does not answer' }
    reply.raw.writeHead(502, { ...standing, 'content-type': 'application/json' }).end(JSON.stringify({ error }))
  })
  reply.raw.on('close', () => onward.destroy())
  raw.pipe(onward)
}

/** In the sandbox the operator reaches the control API of its world below `/sandbox`, from the same origin as everything else. It answers in its own shapes. */
export const mountSandbox = (app: FastifyInstance, options: Mounting): void => {
  const { basePath } = options.config.http
  const { url } = options.config.sandbox
  if (url === undefined) return
  const control = new URL(url)
  const callers = createCallers({ id: 'sandbox.control', method: 'GET', auth: 'admin' }, options)
  const prefix = routeUrl(basePath, '/sandbox')
  for (const place of [prefix, `${prefix}/*`]) {
    app.route({
      method: ['GET', 'POST', 'DELETE'],
      url: place,
      config: { operationId: 'sandbox.control' },
      exposeHeadRoute: false,
      compress: false,
      async onRequest(request, reply) {
        await callers.identify(request, reply)
        passOn(request, reply, control, prefix)
      },
      handler: async () => undefined,
    })
  }
}
