import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
import { type AuditEntry, auditStatement } from '../storage/audit-store.ts'
import type { Database } from '../storage/database.ts'
import type { KnownPrincipal } from './principals.ts'

const hourMs = 3_600_000
const rememberedTargets = 10_000

interface Noted {
  readonly endsAt: number
  /** When the entry is on disk. */
  readonly written: Promise<unknown>
}

interface Dependencies {
  readonly database: Database
  readonly now: () => number
  /** Monotonic, ms. */
  readonly monotonic: () => number
}

/** Notes in the audit that the operator acted for a device or an API key: at most once an hour for each. */
export class ActedFor {
  readonly #dependencies: Dependencies
  readonly #noted = new LRUCache<string, Noted>({ ...atMost(rememberedTargets) })

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies
  }

  /** Undefined: there is nothing to note. Otherwise nothing may be done for the target before this resolves. */
  note(principal: KnownPrincipal, address: string | undefined): Promise<unknown> | undefined {
    if (principal.by.kind !== 'admin' || principal.kind === 'admin') return undefined
    const target = principal.kind === 'device' ? principal.deviceId : String(principal.apiKeyId)
    const name = `${principal.kind}.acted_for ${target}`
    const now = this.#dependencies.monotonic()
    const known = this.#noted.get(name)
    if (known && known.endsAt > now) return known.written
    const written = this.#write({
      action: `${principal.kind}.acted_for`,
      target,
      apiKeyId: principal.apiKeyId,
      address,
    })
    this.#noted.set(name, { endsAt: now + hourMs, written })
    // What could not be written is tried again by the next request.
    written.catch(() => this.#noted.delete(name))
    return written
  }

  #write(entry: Omit<AuditEntry, 'actor' | 'at'>): Promise<unknown> {
    const { database, now } = this.#dependencies
    return database.commit([auditStatement(database, { ...entry, actor: 'admin', at: now() })])
  }
}
