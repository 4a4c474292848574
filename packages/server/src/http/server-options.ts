import type { Config } from '../config/config.ts'
import type { Services } from '../gateway/services.ts'
import type { Route } from '../kit/registered.ts'
import type { Health } from '../observe/health.ts'
import type { RootLogger } from '../observe/logging.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Answerer } from './answer-operation.ts'
import type { CallerSeats } from './caller-seats.ts'
import type { Performer } from './perform.ts'
import type { ScopeSeats } from './scope-seats.ts'

export interface ServerOptions {
  readonly config: Config
  readonly health: Health
  readonly metrics: Metrics
  readonly log: RootLogger
  /** Undefined until everything is built; until then only operations marked `always` answer. */
  readonly services: () => Services | undefined
  readonly routes: readonly Route[]
  /** Aborts when the server drains: live streams end. */
  readonly draining: AbortSignal
  /** Time after which a client that takes nothing of its answer is cut off, ms. 30 s when absent. */
  readonly writeTimeoutMs?: number
  /** Time between signs of life on a live stream, ms. 15 s when absent. */
  readonly heartbeatMs?: number
}

/** What is needed to put an operation on its route. */
export interface Mounting extends ServerOptions {
  readonly seats: CallerSeats
  /** Of live streams, whatever they are carried by. */
  readonly streamSeats: ScopeSeats
  /** What answers for the operation of this id. */
  readonly answerers: (id: string) => Answerer | Promise<Answerer>
  /** What asks operations on behalf of a request. */
  readonly performer: Performer
}
