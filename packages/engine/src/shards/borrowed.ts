import type { Say } from './messages.ts'
import { type Opener, type Packed, unpack } from './packing.ts'
import { ReceivedStream } from './streams.ts'

/** What belongs to the other end and is used here. */
export class Borrowed implements Opener {
  readonly #say: Say
  readonly #promises = new Map<number, PromiseWithResolvers<unknown>>()
  readonly #signals = new Map<number, AbortController>()
  readonly #streams = new Map<number, { readonly stream: ReceivedStream; done: () => void }>()

  constructor(say: Say) {
    this.#say = say
  }

  unpack(packed: Packed): unknown {
    return packed.parts ? unpack(packed, this) : packed.value
  }

  promise(ref: number): Promise<unknown> {
    const kept = Promise.withResolvers<unknown>()
    // Nobody need wait for it.
    kept.promise.catch(() => undefined)
    this.#promises.set(ref, kept)
    return kept.promise
  }

  /** The promise, now that it settles. */
  settling(ref: number): PromiseWithResolvers<unknown> | undefined {
    const kept = this.#promises.get(ref)
    this.#promises.delete(ref)
    return kept
  }

  signal(ref: number): AbortSignal {
    const controller = new AbortController()
    this.#signals.set(ref, controller)
    return controller.signal
  }

  abort(ref: number, reason: unknown): void {
    this.#signals.get(ref)?.abort(reason)
  }

  release(ref: number): void {
    this.#signals.delete(ref)
  }

  stream(ref: number): AsyncIterable<Uint8Array> {
    const stream = new ReceivedStream({
      pull: (count) => this.#say({ kind: 'pull', ref, count }),
      drop: () => {
        this.#say({ kind: 'drop', ref })
        this.#forget(ref)
      },
    })
    this.#streams.set(ref, { stream, done: () => undefined })
    return stream
  }

  /** Does something when a stream has ended, or is not read on. */
  whenEnded(ref: number, done: () => void): void {
    const held = this.#streams.get(ref)
    if (held) held.done = done
    else done()
  }

  chunk(ref: number, bytes: Uint8Array): void {
    this.#streams.get(ref)?.stream.chunk(bytes)
  }

  ended(ref: number, end: { readonly error?: unknown }): void {
    this.#streams.get(ref)?.stream.end(end)
    this.#forget(ref)
  }

  /** The other end is gone. */
  fail(error: unknown): void {
    for (const { reject } of this.#promises.values()) reject(error)
    this.#promises.clear()
    for (const ref of [...this.#streams.keys()]) this.ended(ref, { error })
    for (const controller of this.#signals.values()) controller.abort(error)
    this.#signals.clear()
  }

  #forget(ref: number): void {
    const held = this.#streams.get(ref)
    this.#streams.delete(ref)
    held?.done()
  }
}
