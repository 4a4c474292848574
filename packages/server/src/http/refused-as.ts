import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AppError } from '../errors/app-error.ts'
import { errorCatalogue } from '../errors/catalogue.ts'
import { noteError } from './access-log.ts'
import type { ServerOptions } from './server-options.ts'
import { toAppError } from './to-app-error.ts'

/** Answers with an error, in a body of some form. What nobody expected is logged here and nowhere else. */
export const refusedAs =
  (
    { log }: Pick<ServerOptions, 'log'>,
    bodyOf: (error: AppError, requestId: string) => unknown,
    statusOf = ({ code }: AppError): number => errorCatalogue[code].status,
  ) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const known = toAppError(error)
    noteError(request, known.code)
    if (known.code === 'internal') {
      const operation = request.routeOptions.config.operationId
      log.error({ err: known.cause ?? known, requestId: request.id, operation }, 'a request failed unexpectedly')
    }
    if (known.retryAfterSeconds !== undefined)
      reply.header('retry-after', Math.max(1, Math.ceil(known.retryAfterSeconds)))
    if (known.code === 'payload_too_large') reply.header('connection', 'close')
    // Not every refusal has met the hooks: a URL that cannot be read has not.
    reply.header('x-request-id', request.id).header('cache-control', 'no-store')
    return reply.code(statusOf(known)).type('application/json').send(bodyOf(known, request.id))
  }
