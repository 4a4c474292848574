import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Streamed, StreamOperation } from '../kit/define-stream.ts'
import type { Route } from '../kit/registered.ts'
import { wholeNumber } from '../schemas/whole-number.ts'
import { type ApiKeyPrincipal, type DevicePrincipal, type Scope, scopeOf } from '../tenants/principals.ts'
import { authenticate } from './authenticate.ts'
import type { Caller } from './caller.ts'
import { wantedBy } from './callers.ts'
import { coerceText } from './coerce-text.ts'
import { makeContext } from './make-context.ts'
import { makeAddressReader } from './read-address.ts'
import { validate } from './validate.ts'

/** Time between two signs of life of a stream. */
export const usualBeatMs = 15_000

const ResumeHeader = z.object({ 'last-event-id': wholeNumber(0).optional() })

/** @throws AppError invalid_request, before the stream begins: an error inside the stream would make a browser come back with the same wrong number again and again */
const readLastEventId = ({ headers }: FastifyRequest): number | undefined => {
  const given = { 'last-event-id': headers['last-event-id'] || undefined }
  const read = validate(ResumeHeader, 'header', coerceText(ResumeHeader, given)) as z.output<typeof ResumeHeader>
  return read['last-event-id']
}

const streamsPerformNothing = async (): Promise<never> => {
  throw new Error('a stream asks no other operation')
}

/** A request for a live stream. */
export interface AskedStream {
  /** The items, until the signal aborts. Rejects with what the request is answered with instead. */
  open(signal: AbortSignal): Streamed | Promise<Streamed>
  /** Rejects when the credentials have ended. */
  stillAllowed(): Promise<unknown>
  /** Who has so many streams at once. */
  readonly scope: Scope
  /** Time between two signs of life that the client has asked for. */
  readonly beatMs: number | undefined
}

/** Reads what a request for a live stream says, whatever carries the stream. */
export const makeStreamOpener = (route: Route, stream: StreamOperation) => {
  const wanted = wantedBy(route)
  const readAddress = makeAddressReader(stream)
  return (caller: Caller, request: FastifyRequest): AskedStream => {
    const principal = caller.principal as DevicePrincipal | ApiKeyPrincipal
    const { ticket: _ticket, ...rest } = request.query as Record<string, unknown>
    const query = principal.ticket ? rest : request.query
    const input = { ...readAddress({ params: request.params, query }), lastEventId: readLastEventId(request) }
    const { heartbeat } = input.query as { heartbeat?: number }
    // The headers of a stream have left before anybody can ask for another.
    const context = (signal: AbortSignal) =>
      makeContext(caller, request, { signalOf: () => signal, setHeader: () => {}, perform: streamsPerformNothing })
    return {
      open: (signal) => stream.open(context(signal) as never, input as never),
      stillAllowed: () => authenticate(wanted, request, caller.services.tenants, { again: true }),
      scope: scopeOf(principal),
      beatMs: heartbeat === undefined ? undefined : heartbeat * 1000,
    }
  }
}
