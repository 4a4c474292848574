import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Asker, CallInput, CompatCall, CompatFamily } from '../compat/define-call.ts'
import { TheirRefusal } from '../compat/their-refusal.ts'
import { inTheirWords } from '../compat/their-words.ts'
import { AppError } from '../errors/app-error.ts'
import { errorCatalogue } from '../errors/catalogue.ts'
import { RawAnswer } from '../kit/define-operation.ts'
import { scopeOfOperation } from '../kit/operation-scopes.ts'
import type { Route } from '../kit/registered.ts'
import type { Grant } from '../tenants/principals.ts'
import { callerAddress } from './caller-address.ts'
import { admitFor, createAsker, grantOf } from './compat-asker.ts'
import { refusedAs } from './refused-as.ts'
import { routeUrl } from './route-url.ts'
import type { Mounting } from './server-options.ts'
import { servicesFor } from './services-for.ts'
import { toAppError } from './to-app-error.ts'
import { validate } from './validate.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the caller of a route of another product was let in with. */
    grant: Grant | undefined
  }
}

/** For calls without a file: texts and a few lists. */
const fieldsBytes = 1024 * 1024
/** Some programs send a body with a GET, which says nothing. */
const smallBodyBytes = 16 * 1024

/** The products that are answered for. */
export const compatFamilies = async (names: readonly string[]): Promise<CompatFamily[]> => {
  const families: CompatFamily[] = []
  if (names.includes('waha')) families.push((await import('../compat/waha/waha.ts')).waha)
  if (names.includes('evolution')) families.push((await import('../compat/evolution/evolution.ts')).evolution)
  return families
}

const headerOf =
  (request: FastifyRequest) =>
  (name: string): string | undefined => {
    const value = request.headers[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }

/** Of what comes twice the last counts. */
const queryOf = ({ query }: FastifyRequest): CallInput['query'] =>
  Object.fromEntries(
    Object.entries(query as Record<string, string | string[]>).map(([name, value]) => [name, [value].flat().at(-1)]),
  )

const statusOf = (error: AppError): number =>
  error instanceof TheirRefusal ? error.status : errorCatalogue[error.code].status

/** Answers with errors in the form of a product, and with its names of fields. */
const refusedInTheirForm = (family: CompatFamily, options: Pick<Mounting, 'log'>) =>
  refusedAs(options, (error) => family.failure(inTheirWords(error), statusOf(error)), statusOf)

/** What operations refuse names their fields: the call knows which of its own those are. */
const run = async (call: CompatCall, asker: Asker, input: CallInput): Promise<unknown> => {
  try {
    return await call.run(asker, input)
  } catch (error) {
    throw inTheirWords(toAppError(error), call.names)
  }
}

const mountCall = (app: FastifyInstance, family: CompatFamily, call: CompatCall, options: Mounting): void => {
  const { basePath, bodyLimitBytes } = options.config.http
  const routes = new Map(options.routes.map((route) => [route.id, route] as const))
  const [first] = call.asks
  const scopes = new Set(call.asks.map((id) => scopeOfOperation(routes.get(id)!)))
  const door = { ...routes.get(first)!, auth: 'owner' } satisfies Route
  const maxBytes =
    call.method === 'GET' ? smallBodyBytes : call.upload ? bodyLimitBytes : Math.min(fieldsBytes, bodyLimitBytes)
  app.route({
    method: call.method,
    url: routeUrl(basePath, call.path),
    config: { operationId: `compat.${family.name}.${first}`, body: { maxBytes, forms: true } },
    errorHandler: refusedInTheirForm(family, options),
    async onRequest(request, reply) {
      const services = servicesFor(options, false)
      const from = callerAddress(request)
      const key = family.keyOf(headerOf(request), queryOf(request))
      if (key === undefined) throw new AppError('unauthorized')
      request.grant = grantOf(key, services, from)
      const principal = await admitFor({ services, grant: request.grant }, door, { from, again: false })
      for (const scope of scopes) services.tenants.authenticator.checkScope(request.grant, scope)
      request.caller = { principal, services }
      const seat = options.seats.take(request, principal)
      if (seat) reply.raw.once('close', () => seat.leave())
    },
    async handler(request, reply) {
      const { services } = request.caller!
      const seat = options.seats.of(request)
      seat?.keep()
      try {
        const parts = { services, grant: request.grant!, basePath, routes, performer: options.performer }
        const given = request.body === undefined ? {} : request.body
        const body = call.body && validate(call.body, 'body', given)
        const params = request.params as CallInput['params']
        const input = { params, query: queryOf(request), body }
        const result = await run(call, createAsker(parts, request, reply), input)
        if (result instanceof RawAnswer) {
          return reply.code(result.status).headers(result.headers).type(result.contentType).send(result.body)
        }
        return reply
          .code(call.status ?? 200)
          .type('application/json')
          .send(JSON.stringify(result ?? null))
      } finally {
        seat?.leave()
      }
    },
  })
}

/** Answers what none of their calls is, below the paths of a product, in its form; undefined for any other path. */
export const refusalBelow = (families: readonly CompatFamily[], options: Pick<Mounting, 'log' | 'config'>) => {
  const { basePath } = options.config.http
  const refusals = families.map((family) => ({ family, refuse: refusedInTheirForm(family, options) }))
  return (url: string) => {
    if (!url.startsWith(basePath)) return undefined
    const path = url.slice(basePath.length).replace(/[?#].*/s, '')
    return refusals.find(({ family }) => family.owns(path))?.refuse
  }
}

/** Puts the calls of other products on their routes. They reach nothing but operations, with the rights of whoever calls. */
export const mountCompat = (app: FastifyInstance, families: readonly CompatFamily[], options: Mounting): void => {
  app.decorateRequest('grant', undefined)
  for (const family of families) for (const call of family.calls) mountCall(app, family, call, options)
}
