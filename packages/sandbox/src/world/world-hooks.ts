import type { Account, Device } from './account.ts'
import type { Call } from './calls/call.ts'
import type { Router } from './router.ts'

/** What a server does when something happens in its world. The world itself knows no sockets and no stanzas. */
export interface WorldHooks extends Router {
  /** A companion was linked. */
  linked(device: Device): void
  unlinked(device: Device): void
  /** A business has another verified name. */
  businessRenamed(account: Account): void
  /** Nobody answered. */
  unanswered(call: Call): void
  /** From when an account may write to strangers again has changed. */
  timelockChanged(account: Account): void
}

/** Of a world that no server serves: nothing follows. */
export const unserved: WorldHooks = {
  submit: () => Promise.reject(new Error('no server serves this world')),
  linked: () => {},
  unlinked: () => {},
  businessRenamed: () => {},
  unanswered: () => {},
  timelockChanged: () => {},
}
