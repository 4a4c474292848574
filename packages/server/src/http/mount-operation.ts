import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import type { ActLedger } from '../kit/act.ts'
import { Accepted, FileAnswer, type Operation, RawAnswer } from '../kit/define-operation.ts'
import type { UploadOperation } from '../kit/define-upload.ts'
import { isUpload, type Route } from '../kit/registered.ts'
import { whenAsked } from '../when-asked.ts'
import { unkeyedAct } from './act-ledger.ts'
import { authenticate } from './authenticate.ts'
import { type BodyRules, isForm } from './body-parsers.ts'
import type { CallerSeats } from './caller-seats.ts'
import { type Caller, createCallers } from './callers.ts'
import { coerceText } from './coerce-text.ts'
import { type Answer, success } from './envelope.ts'
import { withIdempotency } from './idempotency.ts'
import { makeContext } from './make-context.ts'
import { peerSignal } from './peer-signal.ts'
import { makeAddressReader } from './read-address.ts'
import { makeUploadReader } from './read-upload.ts'
import { routeUrl } from './route-url.ts'
import { ScopeSeats } from './scope-seats.ts'
import { sendFile } from './send-file.ts'
import type { Mounting } from './server-options.ts'
import { toAppError } from './to-app-error.ts'
import { strictly, validate } from './validate.ts'

interface Input {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

const nothing = z.strictObject({})

const readBody = (schema: z.ZodType | undefined, request: FastifyRequest): unknown => {
  if (!schema) {
    if (request.body !== undefined) validate(nothing, 'body', request.body)
    return undefined
  }
  const given = request.body === undefined ? {} : request.body
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

const makeReader = (operation: Operation) => {
  const readAddress = makeAddressReader(operation)
  const body = operation.body && strictly(operation.body)
  return async (request: FastifyRequest): Promise<Read> => {
    const { params, query } = readAddress(request)
    const input = { params, query, body: readBody(body, request) }
    return { input, identity: input }
  }
}

/** Files of one device that may be on their way to the disk at once. */
const uploadsOfDevice = 8

/** The same for an operation that takes a file. */
const makeFileReader = (operation: UploadOperation) => {
  const readAddress = makeAddressReader(operation)
  const readUpload = makeUploadReader(operation)
  const seats = new ScopeSeats(uploadsOfDevice, 'uploads')
  return async (request: FastifyRequest, { principal, services }: Caller): Promise<Read> => {
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

const send = (reply: FastifyReply, answer: Answer): FastifyReply | Promise<FastifyReply> => {
  if (answer.file) return sendFile(reply, answer.file.file)
  if (!answer.raw) return reply.code(answer.status).send(answer.body)
  const { contentType, headers, body } = answer.raw
  return reply.code(answer.status).headers(headers).type(contentType).send(body)
}

/** Runs an operation for a request, and not again when its `Idempotency-Key` was answered before. */
const makeHandler = (
  id: string,
  operation: Operation,
  callers: ReturnType<typeof createCallers>,
  seats: CallerSeats,
) => {
  const read = isUpload(operation) ? makeFileReader(operation) : makeReader(operation)
  const isPage = operation.query?.shape['limit'] !== undefined
  const answerOf = async (request: FastifyRequest, reply: FastifyReply): Promise<Answer> => {
    const caller = callers.of(request)
    const { principal, services } = caller
    const { input, identity, dispose } = await read(request, caller)
    const signalOf = peerSignal(reply)
    const setHeader = (name: string, value: string) => void reply.header(name, value)
    const run = async (idempotencyKey?: string, messageId?: string, keyedAct?: ActLedger): Promise<Answer> => {
      const act = operation.act && (keyedAct ?? unkeyedAct(services.engine.newMessageId()))
      const answer = { signalOf, setHeader, idempotencyKey, messageId, ...(act && { act }) }
      const context = makeContext(caller, request, answer)
      return toAnswer(id, operation, await operation.run(context as never, input as never))
    }
    const key = operation.idempotent || operation.act ? request.headers['idempotency-key'] : undefined
    try {
      if (isPage) await seats.of(request)?.turn(signalOf())
      if (key === undefined || principal.kind !== 'device') return await run()
      const replayed = () => setHeader('idempotency-replayed', 'true')
      const { deviceId } = principal
      const isAct = operation.act !== undefined
      return await withIdempotency({ services, deviceId, key, operation: id, isAct, input: identity, replayed }, run)
    } finally {
      await dispose?.()
    }
  }
  /** What fails unexpectedly after its caller was deleted found nothing of the caller any more. @throws */
  const failed = async (error: unknown, request: FastifyRequest): Promise<never> => {
    const { services } = callers.of(request)
    if (toAppError(error).code === 'internal') {
      await authenticate(operation.auth, request, services.tenants, { again: true })
    }
    throw error
  }
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const seat = seats.of(request)
    // A client that leaves does not end what it asked for.
    seat?.keep()
    let answer: Answer
    try {
      answer = await answerOf(request, reply)
    } catch (error) {
      return await failed(error, request)
    } finally {
      seat?.leave()
    }
    return send(reply, answer)
  }
}

/** For callers that are not known yet, and for operations without a body. */
const smallBodyBytes = 16 * 1024
/** Of fields without a file: the longest text has 65,536 characters, and a list a thousand addresses. */
const fieldsBytes = 1024 * 1024

const largestBody = ({ auth, body, upload }: Route): number => {
  if (auth === 'none' || !body) return smallBodyBytes
  return upload ? Number.POSITIVE_INFINITY : fieldsBytes
}

const bodyRulesOf = (route: Route, limitBytes: number): BodyRules => {
  const maxBytes = Math.min(largestBody(route), limitBytes)
  return { maxBytes, forms: route.forms ?? false, upload: route.upload ?? false }
}

/** Puts one operation on its route: who calls, what they send, what goes back. */
export const mountOperation = (app: FastifyInstance, route: Route, options: Mounting): void => {
  const { id, method, path, auth, always = false } = route
  const callers = createCallers(auth, always, options)
  const handler = whenAsked(async () => makeHandler(id, (await route.load()) as Operation, callers, options.seats))
  app.route({
    method,
    url: routeUrl(options.config.http.basePath, path),
    config: { operationId: id, body: bodyRulesOf(route, options.config.http.bodyLimitBytes) },
    // A file is sent as it is, with its length and its parts.
    ...(route.file && { compress: false as const }),
    onRequest: callers.identify,
    handler: async (request, reply) => (await handler())(request, reply),
  })
}
