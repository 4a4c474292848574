import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../errors/app-error.ts'

const collect = (pairs: Iterable<[string, unknown]>): Record<string, unknown> => {
  const fields: Record<string, unknown> = Object.create(null)
  for (const [name, value] of pairs) {
    if (typeof value !== 'string') throw new AppError('invalid_request', 'This endpoint takes text fields, not files')
    const before = fields[name]
    fields[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  return fields
}

const parseMultipart = async (body: Buffer, contentType: string): Promise<Record<string, unknown>> => {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData()
    return collect(form.entries())
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('invalid_request', 'The multipart body cannot be read', { cause: error })
  }
}

/** JSON everywhere; forms are parsed here and refused by the mount where an operation does not take them. */
export const addBodyParsers = (app: FastifyInstance): void => {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined)
    return parseJson(request, body as string, done)
  })
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body === '' ? undefined : collect(new URLSearchParams(body as string)))
  })
  app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, (request: FastifyRequest, body: Buffer) =>
    parseMultipart(body, request.headers['content-type'] ?? ''),
  )
}
