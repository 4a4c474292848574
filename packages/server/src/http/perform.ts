import type { FastifyRequest } from 'fastify'
import type { Perform } from '../kit/context.ts'
import type { Operation } from '../kit/define-operation.ts'
import { scopeOfOperation } from '../kit/operation-scopes.ts'
import type { Route } from '../kit/registered.ts'
import { whenAsked } from '../when-asked.ts'
import { type Answerer, makeAnswerer, type Reading } from './answer-operation.ts'
import type { Caller } from './caller.ts'
import type { Success } from './envelope.ts'
import { whereItsDeviceIs } from './forwarding/where-its-device-is.ts'

/** One answerer for each operation, made when it is first asked for. */
export const createAnswerers = (
  routes: readonly Route[],
  reading?: Reading,
): ((id: string) => Answerer | Promise<Answerer>) => {
  const made = new Map(
    routes.map((route) => [
      route.id,
      whenAsked(async () => {
        const operation = (await route.load()) as Operation
        return whereItsDeviceIs(route.id, operation, makeAnswerer(route.id, operation, reading))
      }),
    ]),
  )
  return (id) => {
    const answerer = made.get(id)
    if (!answerer) throw new Error(`there is no operation ${id}`)
    return answerer()
  }
}

interface OnBehalfOf {
  readonly caller: Caller
  readonly request: FastifyRequest
  readonly signalOf: () => AbortSignal
}

export type Performer = (of: OnBehalfOf) => Perform

const asText = (fields: Readonly<Record<string, unknown>> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )

/** Asks operations for the caller of a request, as their own routes would. */
export const createPerformer = (routes: readonly Route[], answerers: ReturnType<typeof createAnswerers>): Performer => {
  const scopes = new Map(routes.map((route) => [route.id, scopeOfOperation(route)]))
  const performer: Performer =
    (of) =>
    async (id, { params, query, body, idempotencyKey }) => {
      const said = {
        params: asText(params),
        query: asText(query),
        body,
        headers: idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
        mediaType: 'application/json',
      }
      const { principal, services } = of.caller
      if (principal.kind !== 'none') services.tenants.authenticator.checkScope(principal.by, scopes.get(id))
      const answerer = await answerers(id)
      const answer = await answerer({ ...of, said, setHeader: () => {}, perform: performer(of) })
      return { data: (answer.body as Success | undefined)?.data, ...(answer.file && { file: answer.file.file }) }
    }
  return performer
}
