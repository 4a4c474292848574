import type { Session, WebVersion } from '@switchboard/engine'
import { currentRequestId } from '../observe/request-context.ts'

/** One attempt to connect, and the connection that it opened. Reports of an attempt that is no longer the current one are ignored. */
export class Attempt {
  session: Session | undefined
  /** Since when it is open, on the monotonic clock; 0 when it never was. */
  openedAt = 0
  readonly #begunAt = performance.now()
  /** The request that began it, if one did. */
  readonly requestId = currentRequestId()
  /** Gives the connect slot back, if it took one. */
  readonly leaveGate: () => void
  /** What it calls itself. */
  readonly version: WebVersion

  constructor(version: WebVersion, leaveGate: () => void) {
    this.version = version
    this.leaveGate = leaveGate
  }

  /** Since it began, ms. */
  get ageMs(): number {
    return performance.now() - this.#begunAt
  }

  /** When it opened or was last heard, on the monotonic clock. */
  get heardAt(): number {
    return Math.max(this.session?.lastHeardAt ?? 0, this.openedAt)
  }
}
