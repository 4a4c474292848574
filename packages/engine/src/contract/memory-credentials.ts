import { setTimeout as delay } from 'node:timers/promises'
import type { CredentialStore, CredentialWrite } from '../credentials.ts'

/** Credentials in memory, for tests: writes are atomic and may be slow or refused. */
export class MemoryCredentials implements CredentialStore {
  readonly #values = new Map<string, Uint8Array>()
  /** How long a write takes, ms; asked anew for each. */
  latencyMs: () => number = () => 0
  /** Called before each write; what it throws refuses the write. */
  beforeSave: (writes: readonly CredentialWrite[]) => void = () => {}

  async load(kind: string, keys: readonly string[]): Promise<Map<string, Uint8Array>> {
    const found = keys.map((key) => [key, this.#values.get(`${kind}|${key}`)] as const)
    return new Map(found.flatMap(([key, value]) => (value ? [[key, value] as const] : [])))
  }

  async loadAll(kind: string): Promise<Map<string, Uint8Array>> {
    const prefix = `${kind}|`
    const found = [...this.#values].filter(([key]) => key.startsWith(prefix))
    return new Map(found.map(([key, value]) => [key.slice(prefix.length), value]))
  }

  async loadKinds(kinds: readonly string[]): Promise<Map<string, Map<string, Uint8Array>>> {
    return new Map(await Promise.all(kinds.map(async (kind) => [kind, await this.loadAll(kind)] as const)))
  }

  async save(writes: readonly CredentialWrite[]): Promise<void> {
    const latency = this.latencyMs()
    if (latency > 0) await delay(latency)
    this.beforeSave(writes)
    for (const { kind, key, value } of writes) {
      if (value) this.#values.set(`${kind}|${key}`, Uint8Array.from(value))
      else this.#values.delete(`${kind}|${key}`)
    }
  }
}
