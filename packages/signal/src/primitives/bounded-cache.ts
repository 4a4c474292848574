/** A map that forgets its least recently used entry once it holds `limit`. */
export class BoundedCache<V> {
  readonly #entries = new Map<string, V>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#entries.size
  }

  /** The cached value for these bytes, made by `make` when absent. A `make` that throws leaves nothing behind. */
  getOrMake(bytes: Uint8Array, make: () => V): V {
    const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
    const known = this.#entries.get(key)
    const value = known ?? make()
    if (known !== undefined) this.#entries.delete(key)
    else if (this.#entries.size >= this.#limit) this.#entries.delete(this.#entries.keys().next().value as string)
    this.#entries.set(key, value)
    return value
  }
}
