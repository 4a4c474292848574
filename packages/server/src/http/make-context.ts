import type { FastifyRequest } from 'fastify'
import type { Context } from '../operations/context.ts'
import type { Caller } from './callers.ts'

type OfTheAnswer = Pick<Context, 'signal' | 'setHeader'> & Partial<Pick<Context, 'idempotencyKey' | 'messageId'>>

/** What an operation gets to see of a request. */
export const makeContext = (
  { principal, services }: Caller,
  request: FastifyRequest,
  answer: OfTheAnswer,
): Context => ({
  ...services,
  principal,
  requestId: request.id,
  peerAddress: request.socket.remoteAddress ?? '',
  idempotencyKey: undefined,
  messageId: undefined,
  ...answer,
})
