import type { FastifyRequest } from 'fastify'
import type { Services } from '../gateway/services.ts'
import { noAct } from '../kit/act.ts'
import type { Context } from '../kit/context.ts'
import type { Caller } from './caller.ts'
import { callerAddress, originOf } from './caller-address.ts'

interface OfTheAnswer
  extends Pick<Context, 'setHeader' | 'perform'>,
    Partial<Pick<Context, 'idempotencyKey' | 'messageId' | 'act'>> {
  readonly signalOf: () => AbortSignal
}

type Made = (caller: Caller, request: FastifyRequest, answer: OfTheAnswer) => Context

/** Contexts of one shape, over the domains, which they inherit: neither the database nor the engine below them. */
const contextsOf = (services: Services): Made => {
  const { database: _database, engine: _engine, spool: _spool, ...domains } = services
  const { basePath } = domains.config.http
  class RequestContext {
    readonly principal: Context['principal']
    readonly requestId: string
    readonly callerAddress: string
    readonly baseUrl: string
    readonly setHeader: Context['setHeader']
    readonly perform: Context['perform']
    readonly #headers: FastifyRequest['headers']
    readonly idempotencyKey: string | undefined
    readonly messageId: string | undefined
    readonly act: Context['act']
    readonly signalOf: () => AbortSignal

    constructor({ principal }: Caller, request: FastifyRequest, answer: OfTheAnswer) {
      this.principal = principal
      this.requestId = request.id
      this.callerAddress = callerAddress(request)
      this.baseUrl = originOf(request) + basePath
      this.setHeader = answer.setHeader
      this.perform = answer.perform
      this.#headers = request.headers
      this.idempotencyKey = answer.idempotencyKey
      this.messageId = answer.messageId
      this.act = answer.act ?? noAct
      this.signalOf = answer.signalOf
    }

    requestHeader(name: string): string | undefined {
      const value = this.#headers[name]
      return typeof value === 'string' ? value : undefined
    }

    get signal(): AbortSignal {
      return this.signalOf()
    }
  }
  Object.setPrototypeOf(RequestContext.prototype, domains)
  return (caller, request, answer) => new RequestContext(caller, request, answer) as unknown as Context
}

const known = new WeakMap<Services, Made>()

/** What an operation gets to see of a request. */
export const makeContext: Made = (caller, request, answer) => {
  const make = known.get(caller.services) ?? contextsOf(caller.services)
  known.set(caller.services, make)
  return make(caller, request, answer)
}
