import { type CredentialStore, type CredentialWrite, OwnershipLostError } from '@switchboard/engine'
import { NotStoredError } from '../shared/not-stored-error.ts'

type Save = (writes: readonly CredentialWrite[]) => Promise<void>

/** A device's credential store. Its failures are {@link NotStoredError}s, and it says when ownership was lost. */
export class DeviceStore {
  readonly #store: CredentialStore
  readonly #lost: () => void
  readonly #save: Save

  /** @param save makes writes durable; the store itself does when absent */
  constructor(store: CredentialStore, ownershipLost: () => void, save?: Save) {
    this.#store = store
    this.#lost = ownershipLost
    this.#save = save ?? ((writes) => store.save(writes))
  }

  async load(kind: string, key: string): Promise<Uint8Array | undefined> {
    return (await this.loadMany(kind, [key])).get(key)
  }

  loadMany(kind: string, keys: readonly string[]): Promise<Map<string, Uint8Array>> {
    return this.guard(this.#store.load(kind, keys))
  }

  loadAll(kind: string): Promise<Map<string, Uint8Array>> {
    return this.guard(this.#store.loadAll(kind))
  }

  loadKinds(kinds: readonly string[]): Promise<Map<string, Map<string, Uint8Array>>> {
    return this.guard(this.#store.loadKinds(kinds))
  }

  /** Resolves when all of it is durable. */
  async save(writes: readonly CredentialWrite[]): Promise<void> {
    if (writes.length > 0) await this.guard(this.#save(writes))
  }

  /** Passes the outcome of a storage operation on. */
  async guard<T>(operation: Promise<T>): Promise<T> {
    try {
      return await operation
    } catch (error) {
      if (error instanceof OwnershipLostError) this.#lost()
      throw new NotStoredError(error)
    }
  }
}
