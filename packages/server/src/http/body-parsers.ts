import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../errors/app-error.ts'
import { refusedField } from '../errors/refused-field.ts'
import type { CallerSeats, Seat } from './caller-seats.ts'
import { JsonCounter } from './json-counter.ts'
import { formBytes, PairCounter, parseMultipart, parseUrlEncoded } from './parse-form.ts'
import { refuseBrokenText } from './refuse-broken-text.ts'

/** What a route does with a body. */
export interface BodyRules {
  /** A larger one is refused. */
  readonly maxBytes: number
  /** Whether it takes forms as well as JSON. */
  readonly forms: boolean
  /** A multipart body is left to the route, unread. */
  readonly upload?: boolean
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Absent: the route never gets to see a body. */
    body?: BodyRules
  }
}

/** Looks at a body as it comes in and says when it holds more than anybody needs. */
interface Counter {
  take(chunk: Uint8Array): void
  /** Why the body is refused. */
  readonly refusal: string | undefined
}

const countsNothing: Counter = { take: () => {}, refusal: undefined }

type MediaType = 'json' | 'urlencoded' | 'multipart' | 'other'

const mediaTypes: Readonly<Record<string, MediaType>> = {
  'application/json': 'json',
  'application/x-www-form-urlencoded': 'urlencoded',
  'multipart/form-data': 'multipart',
}

type Typed = Pick<FastifyRequest, 'mediaType'>

const mediaTypeOf = (request: Typed): MediaType => mediaTypes[request.mediaType ?? ''] ?? 'other'

export const isForm = (request: Typed): boolean => /^(urlencoded|multipart)$/.test(mediaTypeOf(request))

export const isMultipart = (request: Typed): boolean => mediaTypeOf(request) === 'multipart'

/** Whether anything may follow the headers. */
const announcesBody = (headers: IncomingHttpHeaders): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0

const mediaTypePattern = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/

/** Where no body follows, a type says nothing, even one that nobody takes. One that cannot be read is taken for one that nobody takes: the framework would
 *  refuse it without a look at whether there is a body. */
export const settleMediaType = (headers: IncomingHttpHeaders): void => {
  const type = headers['content-type']
  if (!announcesBody(headers)) delete headers['content-type']
  else if (type !== undefined && !mediaTypePattern.test(type)) headers['content-type'] = 'application/octet-stream'
}

const counterOf = (type: MediaType): Counter => {
  if (type === 'json') return new JsonCounter()
  return type === 'urlencoded' ? new PairCounter() : countsNothing
}

/** Bytes of a body that are read and forgotten before it is refused: who is refused in the middle of sending may never see why. */
const mostForgotten = 64 * 1024 * 1024

interface Limits {
  readonly maxBytes: number
  /** From here on nothing more is read. */
  readonly readBytes: number
  readonly counter: Counter
  readonly seat: Seat | undefined
}

/** Hands each chunk to `take`, and resolves at the end. What `take` throws leaves the rest unread and the stream as it is. */
const readAll = (payload: Readable, take: (chunk: Buffer) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const leave = (): void => {
      payload.off('data', data).off('end', end).off('error', fail).off('close', closed)
      payload.pause()
    }
    const end = (): void => {
      leave()
      resolve()
    }
    const fail = (error: unknown): void => {
      leave()
      reject(error)
    }
    const closed = (): void => fail(new AppError('invalid_request', 'The body did not come to its end'))
    const data = (chunk: Buffer): void => {
      try {
        take(chunk)
      } catch (error) {
        fail(error)
      }
    }
    payload.on('end', end).on('error', fail).on('close', closed).on('data', data).resume()
    if (payload.destroyed) closed()
  })

/** Collects a body. Of one that is too large or holds too much, nothing is kept. @throws AppError payload_too_large | invalid_request | rate_limited */
const collect = async (payload: Readable, { maxBytes, readBytes, counter, seat }: Limits): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let bytes = 0
  await readAll(payload, (chunk) => {
    bytes += chunk.length
    if (bytes > readBytes) throw new AppError('payload_too_large')
    if (bytes <= maxBytes && !counter.refusal) counter.take(chunk)
    if (bytes > maxBytes || counter.refusal) {
      chunks.length = 0
      return
    }
    seat?.keepBody(chunk.length)
    chunks.push(chunk)
  })
  if (counter.refusal) throw refusedField('body', counter.refusal)
  if (bytes > maxBytes) throw new AppError('payload_too_large')
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

const makeJsonReader = (app: FastifyInstance) => {
  const parse = promisify(app.getDefaultJsonParser('error', 'error')) as (
    request: FastifyRequest,
    text: string,
  ) => Promise<unknown>
  return async (request: FastifyRequest, body: Buffer): Promise<unknown> => {
    // It is read as UTF-8 in any case: what is none would silently become another text.
    if (!isUtf8(body)) throw new AppError('invalid_json', 'The body is not UTF-8')
    const text = body.toString()
    const parsed = await parse(request, text)
    // Only by an escape can JSON hold a NUL or half of a pair.
    if (text.includes('\\u')) refuseBrokenText(parsed)
    return parsed
  }
}

/** A client that says nothing of the type, such as curl, often says another one: who reads the refusal learns which one it was. */
const notTaken = (request: FastifyRequest, { forms, upload }: BodyRules): AppError => {
  const taken = Object.keys(mediaTypes).filter(
    (type) => mediaTypes[type] === 'json' || forms || (upload && mediaTypes[type] === 'multipart'),
  )
  const found = request.mediaType ? `is ${request.mediaType.slice(0, 64)}` : 'has no Content-Type'
  return new AppError('unsupported_media_type', `The body ${found}; this endpoint takes ${taken.join(', ')}`)
}

/** Reads bodies as far as the route takes them. Whatever its type, a body without a byte is none. */
export const addBodyParsers = (
  app: FastifyInstance,
  seats: CallerSeats,
  { lenient }: { readonly lenient: boolean },
): void => {
  const readJson = makeJsonReader(app)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: Readable) => {
    const rules = request.routeOptions.config.body ?? { maxBytes: 0, forms: false }
    // Fiber takes whatever ends with json for it.
    const type = lenient && /json$/.test(request.mediaType ?? '') ? 'json' : mediaTypeOf(request)
    if (rules.upload && type === 'multipart') return payload
    const maxBytes = isForm(request) ? Math.min(formBytes, rules.maxBytes) : rules.maxBytes
    const seat = seats.of(request)
    // Of nobody in particular nothing more is read. What was compressed has been sent by then.
    const readBytes = seat && payload === request.raw ? Math.max(mostForgotten, maxBytes) : maxBytes
    if (Number(request.headers['content-length']) > readBytes) throw new AppError('payload_too_large')
    const body = await collect(payload, { maxBytes, readBytes, counter: counterOf(type), seat })
    if (body.length === 0) return undefined
    if (type === 'other' || (isForm(request) && !rules.forms)) throw notTaken(request, rules)
    if (type === 'json') return readJson(request, body)
    return type === 'urlencoded' ? parseUrlEncoded(body) : parseMultipart(body, request.headers['content-type'] ?? '')
  })
}
