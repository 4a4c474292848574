import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { Principal } from '../kit/context.ts'
import { duringRequest, type RunningRequest } from '../observe/request-context.ts'
import { actorOf } from '../tenants/principals.ts'
import { callerAddress } from './caller-address.ts'
import type { ServerOptions } from './server-options.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The error that it is answered with. */
    refusal: ErrorCode | undefined
  }
}

export const noteError = (request: FastifyRequest, error: ErrorCode): void => {
  request.refusal = error
}

/** Asked every few seconds by machines: worth a line only when the answer is bad. */
const probes = new Set(['/healthz', '/readyz', '/metrics'])

const callerOf = (principal: Principal | undefined) => {
  if (principal?.kind === 'device') return { kind: 'device', id: principal.deviceId }
  if (principal?.kind === 'api_key') return { kind: 'api_key', id: principal.apiKeyId }
  return { kind: principal?.kind ?? 'none' }
}

/** The device that a request is about: its caller, or the one in its path. */
const deviceOf = (request: FastifyRequest, principal: Principal | undefined): string | undefined => {
  if (principal?.kind === 'device') return principal.deviceId
  return (request.params as { device_id?: string } | undefined)?.device_id
}

const lineOf = (request: FastifyRequest, reply: FastifyReply) => {
  const { refusal: error } = request
  const principal = request.caller?.principal
  const device = deviceOf(request, principal)
  return {
    requestId: request.id,
    method: request.method,
    // Never the address as it was sent: it may hold phone numbers.
    route: request.routeOptions.url ?? 'none',
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
    caller: callerOf(principal),
    address: callerAddress(request),
    ...(device !== undefined && { device }),
    ...(error !== undefined && { error }),
  }
}

/** One line in the log and one measurement for a request that has ended. */
const logAnswer = (request: FastifyRequest, reply: FastifyReply, { config, metrics, log }: ServerOptions): void => {
  const isProbe = probes.has(request.routeOptions.url?.slice(config.http.basePath.length) ?? '')
  metrics.httpAnswered(request.routeOptions.config.operationId ?? 'none', reply.statusCode, reply.elapsedTime / 1000)
  const level = reply.statusCode < 400 && isProbe ? 'debug' : 'info'
  if (log.isLevelEnabled(level)) log[level](lineOf(request, reply), 'answered')
}

/** The same for a WebSocket that has ended: it is no answer that Fastify would know of. */
export const logSocketEnd = (request: FastifyRequest, reply: FastifyReply, options: ServerOptions): void => {
  reply.code(101)
  logAnswer(request, reply, options)
}

const runningOf = (request: FastifyRequest): RunningRequest => {
  const { principal } = request.caller ?? {}
  const actor = principal === undefined || principal.kind === 'none' ? undefined : actorOf(principal.by)
  return { id: request.id, actor, address: callerAddress(request) }
}

/** One line in the log and one measurement for each request; and while its operation runs, every other line carries the request's id. */
export const addAccessLog = (app: FastifyInstance, options: ServerOptions): void => {
  app.decorateRequest('refusal', undefined)
  // The body is read in events of the socket, which know nothing of the request: so it is said again behind them.
  app.addHook('preHandler', (request, _reply, done) => duringRequest(runningOf(request), done))
  app.addHook('onResponse', (request, reply, done) => {
    logAnswer(request, reply, options)
    done()
  })
}
