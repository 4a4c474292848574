interface Partial {
  readonly chunks: Buffer[]
  size: number
}

const maxTotalBytes = 128 * 1024 * 1024

/** The beginnings of uploads that broke off, by the hash of the whole. The oldest is forgotten first when they are too many. */
export class PartialUploads {
  readonly #partials = new Map<string, Partial>()
  #totalBytes = 0

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
    this.forget(hash)
    const size = chunks.reduce((total, chunk) => total + chunk.length, 0)
    if (size === 0) return
    this.#partials.set(hash, { chunks, size })
    this.#totalBytes += size
    for (const oldest of this.#partials.keys()) {
      if (this.#totalBytes <= maxTotalBytes) break
      this.forget(oldest)
    }
  }

  forget(hash: string): void {
    this.#totalBytes -= this.size(hash)
    this.#partials.delete(hash)
  }
}
