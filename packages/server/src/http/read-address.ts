import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { coerceText } from './coerce-text.ts'
import { strictly, validate } from './validate.ts'

/** A query field without a value says nothing. */
const withoutBlanks = (fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))

/** Validates fields that are text. Most operations have none in one of the two places. */
const fieldReader = (shape: z.ZodObject | undefined, place: 'path' | 'query', lenient: boolean) => {
  const schema = strictly(shape ?? z.object({}))
  const names = new Set(Object.keys(shape?.shape ?? {}))
  const known = (fields: Record<string, unknown>) =>
    lenient ? Object.fromEntries(Object.entries(fields).filter(([name]) => names.has(name))) : fields
  return (all: Record<string, unknown>): unknown => {
    const fields = known(all)
    return names.size === 0 && Object.keys(fields).length === 0
      ? {}
      : validate(schema, place, coerceText(schema, fields))
  }
}

/** Reads what the address of a request says: the values in its path and its query. @throws AppError invalid_request, or what a shape names */
export const makeAddressReader = (
  shapes: { readonly params?: z.ZodObject; readonly query?: z.ZodObject },
  { lenient }: { readonly lenient: boolean } = { lenient: false },
) => {
  const readParams = fieldReader(shapes.params, 'path', false)
  const readQuery = fieldReader(shapes.query, 'query', lenient)
  return (request: Pick<FastifyRequest, 'params' | 'query'>): { params: unknown; query: unknown } => ({
    params: readParams(request.params as Record<string, unknown>),
    query: readQuery(withoutBlanks(request.query as object)),
  })
}
