import type { FastifyRequest } from 'fastify'
import { AppError } from '../../errors/app-error.ts'
import type { ErrorCode } from '../../errors/catalogue.ts'
import type { Principal } from '../../kit/context.ts'
import { RawAnswer } from '../../kit/define-operation.ts'
import type { ServedFile } from '../../media/served-file.ts'
import type { Said } from '../answer-operation.ts'
import { callerAddress, originOf } from '../caller-address.ts'
import type { Answer } from '../envelope.ts'
import type { Forwarded } from '../forwarded.ts'

/** A request on its way to the node that has its device: who was let in, and where the request came from. */
export interface Carried {
  readonly deviceId: string
  readonly principal: Principal
  /** Of the request, for logs and answers. */
  readonly requestId: string
  readonly from: Forwarded
}

/** What an operation is asked over the bus. */
export interface Question extends Carried {
  readonly operation: string
  readonly said: Said
}

/** What is said of a file, which goes another way. */
export type FileFacts = Pick<ServedFile, 'mimetype' | 'fileName' | 'size' | 'sha256'>

/** An answer. Its file may be with another node. */
export type Told = Answer & { readonly facts?: FileFacts }

/** What comes back. `elsewhere`: the device is another node's by now, and nothing was done. */
export type Reply =
  | { readonly kind: 'answer'; readonly answer: Told; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'refusal'; readonly error: AppError; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'elsewhere' }

/** Credentials and what belongs to one connection: nobody needs them at the other end. */
const left =
  /^(authorization|cookie|connection|keep-alive|upgrade|expect|te|trailer|x-api-key|x-admin-secret|proxy-.*|content-length|content-encoding|transfer-encoding|host|accept-encoding|forwarded|x-forwarded-.*|x-real-ip|x-switchboard-.*)$/

/** Headers of a request that matter where it is carried out. */
export const headersThatMatter = (headers: FastifyRequest['headers']): FastifyRequest['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !left.test(name)))

export const carriedBy = (request: FastifyRequest, principal: Principal, deviceId: string): Carried => {
  const { protocol, host } = new URL(originOf(request))
  const scheme = protocol === 'https:' ? 'https' : 'http'
  return { deviceId, principal, requestId: request.id, from: { address: callerAddress(request), scheme, host } }
}

/** JSON has no infinity: a credential without an end. */
const withoutEnd = (name: string, value: unknown): unknown =>
  name === 'endsAt' && value === null ? Number.POSITIVE_INFINITY : value

export const write = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
export const readCarried = <Value extends Carried>(bytes: Uint8Array): Value =>
  JSON.parse(Buffer.from(bytes).toString(), withoutEnd)

export const writeReply = (reply: Reply): Buffer => {
  if (reply.kind === 'elsewhere') return write(reply)
  const { kind, headers } = reply
  if (kind === 'refusal') {
    const { code, message, details, retryAfterSeconds } = reply.error
    return write({ kind, headers, code, message, details, retryAfterSeconds })
  }
  const { status, body, raw, file } = reply.answer
  if (file) {
    const { mimetype, fileName, size, sha256 } = file.file
    return write({ kind, headers, status, facts: { mimetype, fileName, size, sha256 } })
  }
  if (!raw) return write({ kind, headers, status, body })
  const isText = typeof raw.body === 'string'
  const content = isText ? raw.body : Buffer.from(raw.body).toString('base64')
  return write({ kind, headers, status, raw: { ...raw, body: content, isText } })
}

interface WrittenReply {
  readonly kind: Reply['kind']
  readonly headers: Readonly<Record<string, string>>
  readonly status: number
  readonly body: unknown
  readonly facts?: FileFacts
  readonly raw?: { contentType: string; body: string; isText: boolean; headers: Record<string, string> }
  readonly code: ErrorCode
  readonly message: string
  readonly details?: Record<string, unknown>
  readonly retryAfterSeconds?: number
}

export const readReply = (bytes: Uint8Array): Reply => {
  const written: WrittenReply = JSON.parse(Buffer.from(bytes).toString())
  const { kind, headers, status, body, facts, raw, code, message, details, retryAfterSeconds } = written
  if (kind === 'elsewhere') return { kind }
  if (kind === 'refusal') {
    const more = { ...(details && { details }), ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }
    return { kind, headers, error: new AppError(code, message, more) }
  }
  if (facts) return { kind, headers, answer: { status, body, facts } }
  if (!raw) return { kind, headers, answer: { status, body } }
  const content = raw.isText ? raw.body : Buffer.from(raw.body, 'base64')
  const answer = new RawAnswer(raw.contentType, content, raw.headers, status)
  return { kind, headers, answer: { status, body: undefined, raw: answer } }
}
