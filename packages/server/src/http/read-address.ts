import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { coerceText } from './coerce-text.ts'
import { strictly, validate } from './validate.ts'

/** A query field without a value says nothing. */
const withoutBlanks = (fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))

/** Reads what the address of a request says: the values in its path and its query. @throws AppError invalid_request, or what a shape names */
export const makeAddressReader = (shapes: { readonly params?: z.ZodObject; readonly query?: z.ZodObject }) => {
  const params = strictly(shapes.params ?? z.object({}))
  const query = strictly(shapes.query ?? z.object({}))
  return (request: Pick<FastifyRequest, 'params' | 'query'>): { params: unknown; query: unknown } => ({
    params: validate(params, 'path', coerceText(params, request.params as Record<string, unknown>)),
    query: validate(query, 'query', coerceText(query, withoutBlanks(request.query as object))),
  })
}
