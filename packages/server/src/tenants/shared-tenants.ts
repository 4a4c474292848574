import type { Logger } from '@switchboard/engine'
import { type Change, ChangeStore } from '../storage/change-store.ts'
import type { Database } from '../storage/database.ts'
import { RequestWindowStore } from '../storage/request-window-store.ts'
import type { ConsoleSessions } from './console-sessions.ts'
import { loadTenantDirectory, readAgain, type TenantDirectory } from './directory.ts'
import { FollowChanges } from './follow-changes.ts'
import type { SendPolicies } from './send-policies.ts'
import { SharedWindows } from './windows.ts'

interface SharedTenantsParts {
  readonly database: Database
  /** Ms. */
  readonly monotonic: () => number
  readonly log: Logger
  readonly webhooksChanged: (scope: string) => void
}

/** What a node has in memory of who may call. */
interface Known {
  readonly directory: TenantDirectory
  readonly consoleSessions: Pick<ConsoleSessions, 'readAgain' | 'readAll'>
  readonly sendPolicies: Pick<SendPolicies, 'readAgain' | 'readAll'>
}

/** Who may call, and how often, as several nodes know it together. */
export class SharedTenants {
  readonly #parts: SharedTenantsParts
  readonly windows: SharedWindows
  readonly changes: FollowChanges
  #known: Known | undefined

  constructor(parts: SharedTenantsParts) {
    const { database, monotonic: now, log } = parts
    this.#parts = parts
    this.windows = new SharedWindows({ store: new RequestWindowStore(database), now, log })
    this.changes = new FollowChanges({
      ...{ store: new ChangeStore(database), log, now },
      apply: (change) => this.#apply(change),
      applyAll: () => this.#applyAll(),
    })
  }

  start(known: Known): void {
    this.#known = known
    this.windows.start()
    this.changes.start()
  }

  async stop(): Promise<void> {
    await this.changes.stop()
    await this.windows.stop()
  }

  async #apply({ kind, target }: Change): Promise<void> {
    const { directory, consoleSessions, sendPolicies } = this.#known!
    if (kind === 'webhook') return this.#parts.webhooksChanged(target)
    if (kind === 'content_key') return this.#parts.database.content.forget(target)
    if (kind === 'console_session') return consoleSessions.readAgain(target)
    if (kind === 'send_policy') return sendPolicies.readAgain(target)
    for (;;) {
      const { version } = directory
      const change = await readAgain(this.#parts.database, kind, target)
      // What this node itself changed in the meantime is newer than what was read.
      if (change && version !== directory.version) continue
      if (change) directory.apply(change)
      return
    }
  }

  async #applyAll(): Promise<void> {
    const { directory, consoleSessions, sendPolicies } = this.#known!
    await loadTenantDirectory(this.#parts.database, directory)
    await consoleSessions.readAll()
    await sendPolicies.readAll()
  }
}
