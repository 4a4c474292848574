/** Where a phone writes what must survive the process. Writes are durable when the call returns. */
export interface PhoneStorage {
  /** False when nothing is kept, so that callers need not serialise. */
  readonly durable: boolean
  /** Everything under the prefix in key order, keys without it. */
  entries(prefix: string): Iterable<[string, string]>
  /** Stores a text; undefined removes it. */
  write(key: string, value: string | undefined): void
  /** All writes inside happen together or not at all. */
  batch<T>(work: () => T): T
}

/** Keeps nothing: the default in tests. */
export const noStorage: PhoneStorage = {
  durable: false,
  entries: () => [],
  write() {},
  batch: (work) => work(),
}

/** The part of a storage with keys that begin with `prefix`. */
export function scopedStorage(storage: PhoneStorage, prefix: string): PhoneStorage {
  return {
    durable: storage.durable,
    entries: (inner) => storage.entries(prefix + inner),
    write: (key, value) => storage.write(prefix + key, value),
    batch: (work) => storage.batch(work),
  }
}
