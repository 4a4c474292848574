interface Partial {
  readonly chunks: Buffer[]
  size: number
}

const maxPartials = 32

/** The beginnings of uploads that broke off, by the hash of the whole. A few only: the oldest is forgotten first. */
export class PartialUploads {
  readonly #partials = new Map<string, Partial>()

  /** How many bytes of that file are here. */
  size(hash: string): number {
    return this.#partials.get(hash)?.size ?? 0
  }

  /** The beginning of the file up to `offset`, which may be all of what is here or less. Undefined when there is less. */
  take(hash: string, offset: number): Buffer[] | undefined {
    if (offset === 0) return []
    const partial = this.#partials.get(hash)
    if (!partial || partial.size < offset) return undefined
    return [Buffer.concat(partial.chunks).subarray(0, offset)]
  }

  keep(hash: string, chunks: Buffer[]): void {
    this.#partials.delete(hash)
    const size = chunks.reduce((total, chunk) => total + chunk.length, 0)
    if (size === 0) return
    this.#partials.set(hash, { chunks, size })
    for (const oldest of this.#partials.keys()) {
      if (this.#partials.size <= maxPartials) break
      this.#partials.delete(oldest)
    }
  }

  forget(hash: string): void {
    this.#partials.delete(hash)
  }
}
