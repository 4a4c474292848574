import { perDatabase } from './per-database.ts'

interface Clearable {
  clear(): void
}

/** What is remembered of devices so that the database need not be asked. Another node may change what is behind it while it has a device. */
class DeviceMemory {
  readonly #caches = new Set<Clearable>()

  /** @returns the cache */
  add<Cache extends Clearable>(cache: Cache): Cache {
    this.#caches.add(cache)
    return cache
  }

  /** Whatever is asked for next is read. */
  forget(): void {
    for (const cache of this.#caches) cache.clear()
  }
}

export const deviceMemory = perDatabase(() => new DeviceMemory())
