import type { FastifyRequest } from 'fastify'
import type { Services } from '../gateway/services.ts'
import { noAct } from '../kit/act.ts'
import type { Context } from '../kit/context.ts'
import { callerAddress, originOf } from './caller-address.ts'
import type { Caller } from './callers.ts'

type OfTheAnswer = Pick<Context, 'signal' | 'setHeader'> &
  Partial<Pick<Context, 'idempotencyKey' | 'messageId' | 'act'>>

type Domains = Omit<Services, 'database' | 'engine' | 'spool'>

const known = new WeakMap<Services, Domains>()

/** Neither the database nor the engine below the domains. */
const domainsOf = (services: Services): Domains => {
  const { database: _database, engine: _engine, spool: _spool, ...domains } = services
  known.set(services, domains)
  return domains
}

/** What an operation gets to see of a request, over the domains, which it inherits. */
export const makeContext = ({ principal, services }: Caller, request: FastifyRequest, answer: OfTheAnswer): Context => {
  const domains = known.get(services) ?? domainsOf(services)
  return Object.assign(Object.create(domains), {
    principal,
    requestId: request.id,
    callerAddress: callerAddress(request),
    baseUrl: `${originOf(request)}${domains.config.http.basePath}`,
    idempotencyKey: undefined,
    messageId: undefined,
    act: noAct,
    ...answer,
  })
}
