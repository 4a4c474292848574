export interface PublicPreKey {
  readonly keyId: number
  /** X25519, 32 bytes without the type byte. */
  readonly publicKey: Uint8Array
}

const keyLength = 32

/** One-time prekeys that the server holds for a device, each handed out once, in upload order. Packed into one buffer: a client uploads
 *  812 of them, and an object each would cost more memory than the rest of its session. */
export class PublishedPreKeys {
  #ids: number[] = []
  #bytes = new Uint8Array(0)
  #taken = 0

  get size(): number {
    return this.#ids.length - this.#taken
  }

  add(keys: readonly PublicPreKey[]): void {
    const held = this.size
    const bytes = new Uint8Array((held + keys.length) * keyLength)
    bytes.set(this.#bytes.subarray(this.#taken * keyLength))
    for (const [index, key] of keys.entries()) bytes.set(key.publicKey, (held + index) * keyLength)
    this.#ids = [...this.#ids.slice(this.#taken), ...keys.map((key) => key.keyId)]
    this.#bytes = bytes
    this.#taken = 0
  }

  /** Takes the oldest key out; undefined when none is left. */
  take(): PublicPreKey | undefined {
    const keyId = this.#ids[this.#taken]
    if (keyId === undefined) return undefined
    const start = this.#taken++ * keyLength
    return { keyId, publicKey: this.#bytes.slice(start, start + keyLength) }
  }

  /** Those still held, oldest first, without taking them. */
  list(): PublicPreKey[] {
    return this.#ids.slice(this.#taken).map((keyId, index) => {
      const start = (this.#taken + index) * keyLength
      return { keyId, publicKey: this.#bytes.subarray(start, start + keyLength) }
    })
  }

  clear(): void {
    this.#ids = []
    this.#bytes = new Uint8Array(0)
    this.#taken = 0
  }

  snapshot(): PublicPreKey[] {
    return this.list()
  }

  restore(keys: readonly PublicPreKey[]): void {
    this.clear()
    this.add(keys)
  }
}
