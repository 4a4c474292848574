import type { z } from 'zod'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { AuthKind, Context, PrincipalOf } from './context.ts'

type Shape = z.ZodObject

/** One item of a live stream: a server-sent event, with `json` as its data, or a message of a WebSocket, `{id, event, data}`. */
export interface StreamItem {
  /** What a client gives back as `Last-Event-ID` to continue after this item. */
  readonly id: number
  readonly event: string
  /** JSON on one line. It is text, because what is stored as text need not be parsed on its way to a reader. */
  readonly json: string
}

/** Where a reader is, without an item: one that has had none yet continues from here. Only server-sent events tell it. */
export type StreamPlace = Pick<StreamItem, 'id'>

export type Streamed = AsyncIterable<StreamItem | StreamPlace>

/** A live stream as data, as server-sent events or over a WebSocket. The mount adds heartbeats and backpressure, and ends the stream when the server drains
 *  or the credentials stop being valid. */
export interface StreamOperation<
  Auth extends AuthKind = AuthKind,
  Params extends Shape = Shape,
  Query extends Shape = Shape,
> {
  readonly kind: 'stream'
  /** Server-sent events when absent. */
  readonly transport?: 'websocket'
  readonly method: 'GET'
  readonly path: string
  readonly auth: Auth
  readonly summary: string
  readonly description?: string
  readonly params?: Params
  /** A `heartbeat` in it is the seconds between two signs of life. */
  readonly query?: Query
  readonly errors?: readonly ErrorCode[]
  /** Items, pulled one at a time as the client reads them. It must stop waiting when `context.signal` aborts. What rejects before there are items is an
   *  answer of its own; what fails later ends the stream with an `error` event. */
  open(
    context: Context<PrincipalOf<Auth>>,
    input: { params: z.output<Params>; query: z.output<Query>; lastEventId: number | undefined },
  ): Streamed | Promise<Streamed>
}

/** Types `open` by the schemas of the same definition, as defineOperation does. */
export const defineStream = <
  Auth extends AuthKind,
  Params extends Shape = z.ZodObject<Record<never, never>>,
  Query extends Shape = z.ZodObject<Record<never, never>>,
>(
  stream: Omit<StreamOperation<Auth, Params, Query>, 'kind'>,
): StreamOperation => ({ ...stream, kind: 'stream' }) as unknown as StreamOperation
