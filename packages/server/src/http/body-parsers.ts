import { isUtf8 } from 'node:buffer'
import { promisify } from 'node:util'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../errors/app-error.ts'
import { refuseBrokenText } from './refuse-broken-text.ts'

const collect = (pairs: Iterable<[string, unknown]>): Record<string, unknown> => {
  const fields: Record<string, unknown> = Object.create(null)
  for (const [name, value] of pairs) {
    if (typeof value !== 'string') throw new AppError('invalid_request', 'This endpoint takes text fields, not files')
    const before = fields[name]
    fields[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  refuseBrokenText(fields)
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
  const parseJson = promisify(app.getDefaultJsonParser('error', 'error')) as (
    request: FastifyRequest,
    text: string,
  ) => Promise<unknown>
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    if (body.length === 0) return undefined
    // It is read as UTF-8 in any case: what is none would silently become another text.
    if (!isUtf8(body)) throw new AppError('invalid_json', 'The body is not UTF-8')
    const text = body.toString()
    const parsed = await parseJson(request, text)
    // Only by an escape can JSON hold a NUL or half of a pair.
    if (text.includes('\\u')) refuseBrokenText(parsed)
    return parsed
  })
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string) => (body === '' ? undefined : collect(new URLSearchParams(body))),
  )
  app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, (request: FastifyRequest, body: Buffer) =>
    parseMultipart(body, request.headers['content-type'] ?? ''),
  )
}
