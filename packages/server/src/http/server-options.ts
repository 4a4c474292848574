import type { Config } from '../config/config.ts'
import type { Services } from '../gateway/services.ts'
import type { RegisteredOperation } from '../kit/registered.ts'
import type { Health } from '../observe/health.ts'
import type { Logger } from '../observe/logging.ts'
import type { Metrics } from '../observe/metrics.ts'

export interface ServerOptions {
  readonly config: Config
  readonly health: Health
  readonly metrics: Metrics
  readonly log: Logger
  /** Undefined until everything is built; until then only operations marked `always` answer. */
  readonly services: () => Services | undefined
  readonly operations: readonly RegisteredOperation[]
  /** Aborts when the server drains: live streams end. */
  readonly draining: AbortSignal
  /** Time between signs of life on a live stream, ms. 15 s when absent. */
  readonly heartbeatMs?: number
}
