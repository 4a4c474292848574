import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import type { ActLedger } from '../kit/act.ts'
import type { Perform } from '../kit/context.ts'
import { Accepted, FileAnswer, type Operation, RawAnswer } from '../kit/define-operation.ts'
import type { UploadOperation } from '../kit/define-upload.ts'
import { isUpload } from '../kit/registered.ts'
import { unkeyedAct } from './act-ledger.ts'
import { isForm } from './body-parsers.ts'
import type { Caller } from './caller.ts'
import { coerceText } from './coerce-text.ts'
import { type Answer, success } from './envelope.ts'
import { type Naming, namingOf } from './field-names.ts'
import { withIdempotency } from './idempotency.ts'
import { makeContext } from './make-context.ts'
import { makeAddressReader } from './read-address.ts'
import { makeUploadReader } from './read-upload.ts'
import { ScopeSeats } from './scope-seats.ts'
import { strictly, validate } from './validate.ts'

/** What a request says of an operation, whoever carries it. */
export type Said = Pick<FastifyRequest, 'params' | 'query' | 'body' | 'headers' | 'mediaType'>

/** Somebody asks an operation for something. */
export interface Asking {
  readonly caller: Caller
  readonly said: Said
  /** The request that carries it. */
  readonly request: FastifyRequest
  readonly signalOf: () => AbortSignal
  readonly setHeader: (name: string, value: string) => void
  /** Asks other operations for the same caller. */
  readonly perform: Perform
}

interface Input {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

const nothing = z.strictObject({})

/** How strictly requests are read. */
export interface Reading {
  /** Programs of the reference are served: fields that are not known are ignored. */
  readonly lenient: boolean
}

const makeBodyReader = (given: z.ZodType | undefined, { lenient }: Reading) => {
  const schema = given && strictly(given)
  const naming = namingOf(given, { lenient })
  return (request: Said): unknown => readBody(schema, naming, request, lenient)
}

const readBody = (schema: z.ZodType | undefined, naming: Naming, request: Said, lenient: boolean): unknown => {
  if (!schema) {
    if (request.body !== undefined && !lenient) validate(nothing, 'body', request.body)
    return undefined
  }
  const given = request.body === undefined ? {} : naming(request.body)
  return validate(schema, 'body', isForm(request) ? coerceText(schema, given as Record<string, unknown>) : given)
}

/** What a request says. */
interface Read {
  readonly input: Input
  /** What makes two requests the same. */
  readonly identity: unknown
  /** Gives up what the input holds. */
  dispose?(): Promise<void>
}

const makeReader = (operation: Operation, reading: Reading) => {
  const readAddress = makeAddressReader(operation, reading)
  const readBodyOf = makeBodyReader(operation.body, reading)
  return async (request: Said): Promise<Read> => {
    const { params, query } = readAddress(request)
    const input = { params, query, body: readBodyOf(request) }
    return { input, identity: input }
  }
}

/** Files of one device that may be on their way to the disk at once. */
const uploadsOfDevice = 8

/** The same for an operation that takes a file. */
const makeFileReader = (operation: UploadOperation, reading: Reading) => {
  const readAddress = makeAddressReader(operation, reading)
  const readUpload = makeUploadReader(operation, reading)
  const seats = new ScopeSeats(uploadsOfDevice, 'uploads')
  return async (request: Said, { principal, services }: Caller): Promise<Read> => {
    const address = readAddress(request)
    const leave = principal.kind === 'device' ? seats.take(principal.deviceId) : () => {}
    const { body, identity, dispose } = await readUpload(request, services.spool, services.config.media.limits).finally(
      leave,
    )
    return { input: { ...address, body }, identity: { ...address, body: identity }, dispose }
  }
}

/** An answer that does not match its own schema is our fault: nothing of it goes out. */
const checked = (id: string, operation: Operation, data: unknown): unknown => {
  if (!operation.response) return undefined
  const result = operation.response.safeParse(data)
  if (result.success) return result.data
  throw new AppError('internal', undefined, {
    cause: new Error(`The answer of ${id} does not match its schema: ${z.prettifyError(result.error)}`),
  })
}

const notDeclared = (id: string, what: string): AppError =>
  new AppError('internal', undefined, { cause: new Error(`${id} answers ${what}, which it does not declare`) })

const rawAnswer = (id: string, operation: Operation, raw: RawAnswer): Answer => {
  const [contentType = ''] = raw.contentType.split(';')
  if (operation.raw?.[contentType] === undefined) throw notDeclared(id, contentType)
  return { status: raw.status, body: undefined, raw }
}

const toAnswer = (id: string, operation: Operation, result: unknown): Answer => {
  if (result instanceof RawAnswer) return rawAnswer(id, operation, result)
  if (result instanceof FileAnswer) {
    if (operation.raw?.['*/*'] === undefined) throw notDeclared(id, 'a file')
    return { status: 200, body: undefined, file: result }
  }
  const accepted = result instanceof Accepted
  if (accepted && !operation.mayTakeLonger) throw notDeclared(id, '202')
  const status = accepted ? 202 : (operation.status ?? 200)
  const message = accepted ? 'Accepted' : (operation.message ?? 'Success')
  return { status, body: success(status, message, checked(id, operation, accepted ? result.data : result)) }
}

/** Answers for an operation, and does not run it again when the `Idempotency-Key` was answered before. */
export const makeAnswerer = (id: string, operation: Operation, reading: Reading = { lenient: false }) => {
  const read = isUpload(operation) ? makeFileReader(operation, reading) : makeReader(operation, reading)
  const isPage = operation.query?.shape['limit'] !== undefined
  return async ({ caller, said, request, signalOf, setHeader, perform }: Asking): Promise<Answer> => {
    const { principal, services } = caller
    const { input, identity, dispose } = await read(said, caller)
    const run = async (idempotencyKey?: string, messageId?: string, keyedAct?: ActLedger): Promise<Answer> => {
      const act = operation.act && (keyedAct ?? unkeyedAct(services.engine.newMessageId()))
      const answer = { signalOf, setHeader, perform, idempotencyKey, messageId, ...(act && { act }) }
      const context = makeContext(caller, request, answer)
      return toAnswer(id, operation, await operation.run(context as never, input as never))
    }
    const key = operation.idempotent || operation.act ? said.headers['idempotency-key'] : undefined
    try {
      if (isPage) await request.seat?.turn(signalOf())
      if (key === undefined || principal.kind !== 'device') return await run()
      const replayed = () => setHeader('idempotency-replayed', 'true')
      const { deviceId } = principal
      const isAct = operation.act !== undefined
      return await withIdempotency({ services, deviceId, key, operation: id, isAct, input: identity, replayed }, run)
    } finally {
      await dispose?.()
    }
  }
}

export type Answerer = ReturnType<typeof makeAnswerer>
