import type { Session } from '@switchboard/engine'

/** One attempt to connect, and the connection that came of it. What is heard of an attempt that is no longer the current one counts no more. */
export class Attempt {
  session: Session | undefined
  /** Since when it is open, on the monotonic clock; 0 when it never was. */
  openedAt = 0
  /** Gives the connect slot back, if it took one. */
  readonly leaveGate: () => void

  constructor(leaveGate: () => void) {
    this.leaveGate = leaveGate
  }

  /** When it opened or was last heard, on the monotonic clock. */
  get heardAt(): number {
    return Math.max(this.session?.lastHeardAt ?? 0, this.openedAt)
  }
}
