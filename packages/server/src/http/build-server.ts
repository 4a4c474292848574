import compress from '@fastify/compress'
import cors from '@fastify/cors'
import Fastify, { type FastifyInstance } from 'fastify'
import { AppError } from '../errors/app-error.ts'
import { missingRoutes } from '../schemas/missing-routes.ts'
import { addAccessLog } from './access-log.ts'
import { addBodyParsers, settleMediaType } from './body-parsers.ts'
import { brokenRequestAnswer, refuseTunnel } from './broken-request.ts'
import { callerReader } from './caller-address.ts'
import { CallerSeats } from './caller-seats.ts'
import { checkHost } from './check-host.ts'
import { mountConsole } from './console/mount-console.ts'
import { serverFactory } from './create-server.ts'
import { cutOffIdle } from './cut-off-idle.ts'
import { failure } from './envelope.ts'
import { Receiver } from './forwarding/receiver.ts'
import { mountMissingRoutes } from './mount-missing-routes.ts'
import { mountOperation } from './mount-operation.ts'
import { mountSandbox } from './mount-sandbox.ts'
import { mountSocket } from './mount-socket.ts'
import { mountStream } from './mount-stream.ts'
import { createAnswerers, createPerformer } from './perform.ts'
import { refusedAs } from './refused-as.ts'
import { requestIdOf } from './request-id.ts'
import { refuseOtherRoutes, routeMethods } from './route-methods.ts'
import { ScopeSeats } from './scope-seats.ts'
import type { ServerOptions } from './server-options.ts'
import { standingHeaders } from './standing-headers.ts'

const allowedHeaders =
  'Origin, Content-Type, Accept, Authorization, X-API-Key, X-Admin-Secret, X-Device-ID, X-API-Key-ID, X-Request-ID, Idempotency-Key, Last-Event-ID, Mcp-Protocol-Version, Mcp-Method, Mcp-Name'

/** Readers beyond that are forgotten ones. */
const streamsAtOnce = 16

const addPlugins = async (app: FastifyInstance, { config }: ServerOptions): Promise<void> => {
  const { corsOrigins, gzipLevel } = config.http
  await app.register(cors, {
    origin: corsOrigins === '*' ? '*' : [...corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: config.http.compat.includes('evolution') ? `${allowedHeaders}, apikey` : allowedHeaders,
    exposedHeaders:
      'X-Request-ID, Retry-After, Idempotency-Replayed, X-Next-Cursor, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset',
    strictPreflight: false,
  })
  // Bodies may be compressed in any case.
  await app.register(compress, {
    globalCompression: gzipLevel > 0,
    globalDecompression: true,
    encodings: ['gzip'],
    threshold: 1024,
    zlibOptions: { level: gzipLevel },
  })
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Takes what other nodes ask. */
    receiver: Receiver
  }
  interface FastifyContextConfig {
    operationId?: string
  }
}

const unused = () => {
  throw new Error('No route has a JSON schema')
}

const mountAs = { operation: mountOperation, events: mountStream, websocket: mountSocket }

/** The HTTP side of the gateway: every registered operation on its route, errors in the envelope. Does not listen yet. */
export const buildServer = async (options: ServerOptions): Promise<FastifyInstance> => {
  const { basePath } = options.config.http
  const missing = missingRoutes(options.routes)
  const { compat: products } = options.config.http
  // What nobody switched on is not loaded.
  const compat = products.some((name) => name !== 'gdbrns') ? await import('./mount-compat.ts') : undefined
  const families = (await compat?.compatFamilies(products)) ?? []
  const inOurForm = refusedAs(options, failure)
  const below = compat?.refusalBelow(families, options)
  const onError: typeof inOurForm = (error, request, reply) =>
    (below?.(request.raw.url ?? '') ?? inOurForm)(error, request, reply)
  const methodsOf = routeMethods([...options.routes, ...missing, ...families.flatMap(({ calls }) => calls)], basePath)
  const app = Fastify({
    logger: false,
    genReqId: requestIdOf,
    requestIdHeader: false,
    serverFactory: serverFactory(options.log),
    frameworkErrors: onError,
    clientErrorHandler: brokenRequestAnswer(methodsOf),
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: 512 },
    return503OnClosing: false,
    // Zod checks what comes and goes: without these, the library loads its own two compilers.
    schemaController: { compilersFactory: { buildValidator: unused, buildSerializer: unused } },
  })
  app.setErrorHandler(onError)
  app.decorateRequest('caller', undefined)
  app.decorateRequest('seat', undefined)
  app.decorateRequest('isCarried', false)
  const readCaller = callerReader(app, options.config.http.trustedProxies)
  app.addHook('onRequest', (request, reply, done) => {
    readCaller(request)
    reply.header('x-request-id', request.id).headers(standingHeaders)
    // A client that connects again should reach another server.
    if (options.health.phase === 'leaving') reply.header('connection', 'close')
    checkHost(request.raw)
    settleMediaType(request.headers)
    done()
  })
  app.server.on('connect', refuseTunnel)
  addAccessLog(app, options)
  const seats = new CallerSeats({ largestBodyBytes: options.config.http.bodyLimitBytes })
  const lenient = products.includes('gdbrns')
  const answerers = createAnswerers(options.routes, { lenient })
  const performer = createPerformer(options.routes, answerers)
  const isDraining = () => options.health.phase === 'draining'
  app.decorate('receiver', new Receiver({ ...options, answerers, performer, isDraining }))
  const streamSeats = new ScopeSeats(streamsAtOnce, 'live streams')
  const mounting = { ...options, seats, streamSeats, answerers, performer }
  app.addHook('onSend', (_request, reply, _payload, done) => {
    cutOffIdle(reply, mounting)
    done()
  })
  await addPlugins(app, options)
  refuseOtherRoutes(app, methodsOf)
  addBodyParsers(app, mounting.seats, { lenient })
  for (const route of options.routes) mountAs[route.stream ?? 'operation'](app, route, mounting)
  compat?.mountCompat(app, families, mounting)
  mountSandbox(app, mounting)
  mountMissingRoutes(app, missing, basePath)
  mountConsole(app, basePath)
  app.setNotFoundHandler(async () => {
    throw new AppError('not_found')
  })
  return app
}

export type HttpServer = FastifyInstance
