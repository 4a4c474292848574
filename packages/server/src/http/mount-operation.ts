import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { goNamesFor } from '../compat/gdbrns/go-names.ts'
import type { Route } from '../kit/registered.ts'
import { whenAsked } from '../when-asked.ts'
import type { Answerer } from './answer-operation.ts'
import { authenticate } from './authenticate.ts'
import type { BodyRules } from './body-parsers.ts'
import { createCallers, wantedBy } from './callers.ts'
import type { Answer, Success } from './envelope.ts'
import { relay } from './forwarding/relay.ts'
import { peerSignal } from './peer-signal.ts'
import { routeUrl } from './route-url.ts'
import { sendFile } from './send-file.ts'
import type { Mounting } from './server-options.ts'
import { isFolder, slashAtTheEnd } from './slash-at-the-end.ts'
import { toAppError } from './to-app-error.ts'

const send = (reply: FastifyReply, answer: Answer): FastifyReply | Promise<FastifyReply> => {
  if (answer.file) return sendFile(reply, answer.file.file)
  if (!answer.raw) return reply.code(answer.status).send(answer.body)
  const { contentType, headers, body } = answer.raw
  return reply.code(answer.status).headers(headers).type(contentType).send(body)
}

/** An answer with the names of the reference too. */
const inBothNames = (answer: Answer, goNames: (data: unknown) => unknown): Answer => {
  const body = answer.body as Success | undefined
  return body?.data === undefined ? answer : { ...answer, body: { ...body, data: goNames(body.data) } }
}

/** Runs an operation for a request. */
const makeHandler = (
  route: Route,
  answerer: Answerer,
  callers: ReturnType<typeof createCallers>,
  { seats, performer, config }: Mounting,
) => {
  const wanted = wantedBy(route)
  const goNames = config.http.compat.includes('gdbrns') ? goNamesFor(route.id) : undefined
  const answerOf = (request: FastifyRequest, reply: FastifyReply): Promise<Answer> => {
    const caller = callers.of(request)
    const signalOf = peerSignal(reply)
    const setHeader = (name: string, value: string) => void reply.header(name, value)
    const perform = performer({ caller, request, signalOf })
    return answerer({ caller, said: request, request, signalOf, setHeader, perform })
  }
  /** What fails unexpectedly after its caller was deleted found nothing of the caller any more. @throws */
  const failed = async (error: unknown, request: FastifyRequest): Promise<never> => {
    const { services } = callers.of(request)
    if (toAppError(error).code === 'internal') {
      await authenticate(wanted, request, services.tenants, { again: true })
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
    return send(reply, goNames ? inBothNames(answer, goNames) : answer)
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

const bodyRulesOf = (route: Route, limitBytes: number, lenient: boolean): BodyRules => {
  const maxBytes = Math.min(largestBody(route), limitBytes)
  return { maxBytes, forms: (route.forms ?? false) || (lenient && route.body === true), upload: route.upload ?? false }
}

/** Puts one operation on its route: who calls, what they send, what goes back. */
export const mountOperation = (app: FastifyInstance, route: Route, options: Mounting): void => {
  const { id, method, path } = route
  const callers = createCallers(route, options)
  const { basePath, bodyLimitBytes, compat } = options.config.http
  const lenient = compat.includes('gdbrns')
  const handler = whenAsked(async () => makeHandler(route, await options.answerers(id), callers, options))
  app.route({
    method,
    url: routeUrl(basePath, path),
    config: { operationId: id, body: bodyRulesOf(route, bodyLimitBytes, lenient) },
    // A file is sent as it is, with its length and its parts.
    ...(route.file && { compress: false as const }),
    onRequest: isFolder(path) ? [slashAtTheEnd, callers.identify] : callers.identify,
    handler: async (request, reply) => (await relay(route, request, reply)) ?? (await handler())(request, reply),
  })
}
