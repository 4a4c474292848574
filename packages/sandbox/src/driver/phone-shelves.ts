import { noStorage, type PhoneStorage, scopedStorage } from '../phone/phone-storage.ts'
import { MemoryStorage } from './memory-storage.ts'
import type { SqliteStorage } from './sqlite-storage.ts'

/** Where the phones of a world write what they must not forget: each has a shelf of its own. */
export class PhoneShelves {
  readonly #durable: SqliteStorage | undefined
  readonly #inMemory: boolean
  readonly #shelves = new Map<string, PhoneStorage>()

  /** @param durable keeps the shelves beyond the process
   *  @param inMemory when there is no durable storage: keeps them for snapshots, or nowhere */
  constructor(durable: SqliteStorage | undefined, inMemory: boolean) {
    this.#durable = durable
    this.#inMemory = inMemory
  }

  /** Whether phones can be made again from what is kept. */
  get keeps(): boolean {
    return this.#durable !== undefined || this.#inMemory
  }

  /** The shelf of the phone with that LID. */
  of(lid: string): PhoneStorage {
    const known = this.#shelves.get(lid)
    if (known) return known
    const fresh = this.#durable
      ? scopedStorage(this.#durable, `phone/${lid}/`)
      : this.#inMemory
        ? new MemoryStorage()
        : noStorage
    this.#shelves.set(lid, fresh)
    return fresh
  }

  forget(lid: string): void {
    this.#shelves.delete(lid)
    this.#durable?.removeAll(`phone/${lid}/`)
  }

  clear(): void {
    this.#shelves.clear()
    this.#durable?.removeAll('phone/')
  }
}
