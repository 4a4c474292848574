import { Breaker } from './breaker.ts'
import { Fifo } from './fifo.ts'
import type { Lane } from './lane.ts'

/** One URL of one tenant, which several devices may share: how busy it is and whether it works. */
export class Endpoint {
  /** Tenant and host of the URL: what works at one of its endpoints is a reason to try the others. */
  readonly host: string
  readonly breaker = new Breaker()
  readonly parked = new Fifo<Lane>()
  /** Lanes that wait out a failure of it. */
  readonly troubled = new Set<Lane>()
  /** Those of them that may be tried before their wait ends, when there is hope. */
  readonly hopeful = new Set<Lane>()
  inFlight = 0
  /** A look at it is already planned for this instant of the monotonic clock. */
  wakeAt = 0

  constructor(tenant: number, url: string) {
    this.host = `${tenant} ${URL.parse(url)?.host}`
  }

  /** Nothing to remember about it. */
  get isForgettable(): boolean {
    return this.inFlight === 0 && this.parked.size === 0 && this.troubled.size === 0 && this.breaker.isPristine
  }
}
