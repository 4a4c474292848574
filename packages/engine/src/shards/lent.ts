import { packError } from './errors.ts'
import type { Say } from './messages.ts'
import { type Keeper, type Packed, Packer } from './packing.ts'
import { SentStream } from './streams.ts'

/** A value that is packed, with what has to go along with it. */
export interface Parcel {
  readonly packed: Packed
  readonly gifts: ArrayBuffer[]
  /** Takes back the abort signals in it: nobody has use for them any more. */
  readonly release: () => void
}

/** What belongs to this end and is used at the other one: promises, streams and abort signals in the values that went there. */
export class Lent {
  readonly #say: Say
  readonly #streams = new Map<number, SentStream>()
  #last = 0

  constructor(say: Say) {
    this.#say = say
  }

  /** @throws TypeError for what cannot travel */
  pack(value: unknown): Parcel {
    const gifts: ArrayBuffer[] = []
    const signals: (() => void)[] = []
    const keeper: Keeper = {
      promise: (promise) => this.#promise(promise),
      stream: (stream) => this.#stream(stream),
      signal: (signal) => this.#signal(signal, signals),
    }
    const release = () => {
      for (const each of signals) each()
    }
    return { packed: new Packer(keeper, gifts).pack(value), gifts, release }
  }

  pull(ref: number, count: number): void {
    this.#streams.get(ref)?.pull(count)
  }

  drop(ref: number): void {
    this.#streams.get(ref)?.drop()
    this.#streams.delete(ref)
  }

  dropAll(): void {
    for (const ref of [...this.#streams.keys()]) this.drop(ref)
  }

  #promise(promise: Promise<unknown>): number {
    const ref = ++this.#last
    const kept = (value: unknown) => {
      const { packed, gifts } = this.pack(value)
      this.#say({ kind: 'kept', ref, value: packed }, gifts)
    }
    promise.then(kept).catch((error: unknown) => this.#say({ kind: 'broken', ref, error: packError(error) }))
    return ref
  }

  #stream(stream: AsyncIterable<Uint8Array>): number {
    const ref = ++this.#last
    const sent = new SentStream(stream, {
      chunk: (bytes) => {
        const gift = asGift(bytes)
        this.#say({ kind: 'chunk', ref, bytes: gift }, [gift.buffer])
      },
      end: (failure) => {
        this.#streams.delete(ref)
        this.#say({ kind: 'end', ref, ...(failure && { error: packError(failure.error) }) })
      },
    })
    this.#streams.set(ref, sent)
    return ref
  }

  #signal(signal: AbortSignal, signals: (() => void)[]): number {
    const ref = ++this.#last
    const abort = () => this.#say({ kind: 'abort', ref, reason: packError(signal.reason) })
    // It is said behind the message that holds the signal.
    if (signal.aborted) queueMicrotask(abort)
    else signal.addEventListener('abort', abort, { once: true })
    signals.push(() => {
      signal.removeEventListener('abort', abort)
      this.#say({ kind: 'release', ref })
    })
    return ref
  }
}

/** Who yields a chunk has no more use for it: a whole buffer goes away, a part of one is cut out of it. */
function asGift(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength
  return whole ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)
}
