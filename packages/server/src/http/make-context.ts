import type { FastifyRequest } from 'fastify'
import { noAct } from '../kit/act.ts'
import type { Context } from '../kit/context.ts'
import { callerAddress, originOf } from './caller-address.ts'
import type { Caller } from './callers.ts'

type OfTheAnswer = Pick<Context, 'signal' | 'setHeader'> &
  Partial<Pick<Context, 'idempotencyKey' | 'messageId' | 'act'>>

/** What an operation gets to see of a request: the domains, and neither the database nor the engine below them. */
export const makeContext = (
  { principal, services: { database: _database, engine: _engine, spool: _spool, ...domains } }: Caller,
  request: FastifyRequest,
  answer: OfTheAnswer,
): Context => ({
  ...domains,
  principal,
  requestId: request.id,
  callerAddress: callerAddress(request),
  baseUrl: `${originOf(request)}${domains.config.http.basePath}`,
  idempotencyKey: undefined,
  messageId: undefined,
  act: noAct,
  ...answer,
})
