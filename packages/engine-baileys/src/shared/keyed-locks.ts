/** One queue per key. Holding several keys at once is safe: they are always taken in the same order. */
export class KeyedLocks {
  readonly #tails = new Map<string, Promise<void>>()

  /** Runs `work` while holding every key. Never rejects for what earlier holders did. */
  async run<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const releases: (() => void)[] = []
    try {
      for (const key of [...new Set(keys)].sort()) releases.push(await this.#acquire(key))
      return await work()
    } finally {
      for (const release of releases.reverse()) release()
    }
  }

  async #acquire(key: string): Promise<() => void> {
    const before = this.#tails.get(key)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#tails.set(key, promise)
    await before
    return () => {
      if (this.#tails.get(key) === promise) this.#tails.delete(key)
      resolve()
    }
  }
}
