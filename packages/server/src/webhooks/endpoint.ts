import { Breaker } from './breaker.ts'
import { Fifo } from './fifo.ts'
import type { Lane } from './lane.ts'

/** One URL of one tenant, which several devices may share: how busy it is and whether it works. */
export class Endpoint {
  readonly breaker = new Breaker()
  readonly parked = new Fifo<Lane>()
  /** Lanes that wait out a failure of it. */
  readonly troubled = new Set<Lane>()
  inFlight = 0
  /** A look at it is already planned for this instant of the monotonic clock. */
  wakeAt = 0

  /** Nothing to remember about it. */
  get isForgettable(): boolean {
    return this.inFlight === 0 && this.parked.size === 0 && this.troubled.size === 0 && this.breaker.isPristine
  }
}
