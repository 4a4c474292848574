/** How many chunks may be under way to the reader of a stream. */
const window = 8

/** How a stream reaches its reader. */
export interface StreamWay {
  chunk(bytes: Uint8Array): void
  /** @param failure absent when the stream is complete */
  end(failure?: { readonly error: unknown }): void
}

/** A stream that is read at the other end, as far as its reader asks. */
export class SentStream {
  readonly #iterator: AsyncIterator<Uint8Array>
  readonly #way: StreamWay
  #credit = 0
  #running = false
  #dropped = false

  constructor(stream: AsyncIterable<Uint8Array>, way: StreamWay) {
    this.#iterator = stream[Symbol.asyncIterator]()
    this.#way = way
  }

  pull(count: number): void {
    this.#credit += count
    if (!this.#running) void this.#run()
  }

  /** Nobody reads on. */
  drop(): void {
    this.#dropped = true
    this.#iterator.return?.().catch(() => undefined)
  }

  async #run(): Promise<void> {
    this.#running = true
    try {
      while (this.#credit > 0 && !this.#dropped) {
        this.#credit--
        const { done, value } = await this.#iterator.next()
        if (done) return this.#way.end()
        this.#way.chunk(value)
      }
    } catch (error) {
      this.#way.end({ error })
    } finally {
      this.#running = false
    }
  }
}

/** Where a stream comes from. */
export interface StreamOwner {
  pull(count: number): void
  drop(): void
}

/** The reader of a stream that comes from the other end. */
export class ReceivedStream implements AsyncIterableIterator<Uint8Array> {
  readonly #owner: StreamOwner
  readonly #chunks: Uint8Array[] = []
  readonly #waiting: PromiseWithResolvers<IteratorResult<Uint8Array>>[] = []
  #asked = 0
  #end: { readonly error?: unknown } | undefined

  constructor(owner: StreamOwner) {
    this.#owner = owner
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    const chunk = this.#chunks.shift()
    if (!this.#end) this.#ask()
    if (chunk) return Promise.resolve({ done: false, value: chunk })
    if (this.#end) return this.#ended()
    const waiter = Promise.withResolvers<IteratorResult<Uint8Array>>()
    this.#waiting.push(waiter)
    return waiter.promise
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    if (!this.#end) this.#owner.drop()
    this.end({})
    this.#chunks.length = 0
    return Promise.resolve({ done: true, value: undefined })
  }

  chunk(bytes: Uint8Array): void {
    this.#asked--
    const waiter = this.#waiting.shift()
    if (waiter) waiter.resolve({ done: false, value: bytes })
    else this.#chunks.push(bytes)
  }

  /** @param end `error`: what the stream failed with */
  end(end: { readonly error?: unknown }): void {
    this.#end ??= end
    for (const waiter of this.#waiting.splice(0)) waiter.resolve(this.#ended())
  }

  #ended(): Promise<IteratorResult<Uint8Array>> {
    const error = this.#end?.error
    // Told once: who reads on after a failure is at the end.
    this.#end = {}
    return error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error)
  }

  /** Keeps as much on its way as the window allows, asked for by half windows. */
  #ask(): void {
    const missing = window - this.#asked - this.#chunks.length
    if (missing < window / 2) return
    this.#asked += missing
    this.#owner.pull(missing)
  }
}
