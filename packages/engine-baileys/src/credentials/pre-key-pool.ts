import { setImmediate as nextTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { generateKeyPair, type KeyPair } from '@switchboard/signal'
import { decodePreKey } from './pre-keys.ts'

const IDLE_MS = 10_000
/** Up to so many are made here, some in each turn of the event loop: starting a worker costs more. A refill of the server's supply is 50. */
const fewKeys = 64
/** About half a millisecond. */
const keysPerTurn = 8

interface Answer {
  readonly id: number
  readonly packed: Uint8Array
}

/** Makes prekeys off the event loop: the 812 of a first pairing would block it for a tenth of a second and more. */
export class PreKeyPool {
  #worker: Worker | undefined
  #nextId = 1
  #idle: NodeJS.Timeout | undefined
  readonly #waiting = new Map<number, PromiseWithResolvers<KeyPair[]>>()

  /** `count` fresh key pairs. */
  generate(count: number): Promise<KeyPair[]> {
    return count <= fewKeys ? makeHere(count) : this.#makeInWorker(count)
  }

  #makeInWorker(count: number): Promise<KeyPair[]> {
    const waiter = Promise.withResolvers<KeyPair[]>()
    const id = this.#nextId++
    this.#waiting.set(id, waiter)
    clearTimeout(this.#idle)
    this.#started().postMessage({ id, count })
    return waiter.promise
  }

  /** Ends the worker. Requests under way reject. */
  async close(): Promise<void> {
    clearTimeout(this.#idle)
    this.#fail(new Error('the engine is closed'))
    await this.#worker?.terminate()
    this.#worker = undefined
  }

  #started(): Worker {
    if (this.#worker) return this.#worker
    const worker = new Worker(new URL('./pre-key-worker.ts', import.meta.url))
    worker.on('message', (answer: Answer) => this.#answered(answer))
    worker.on('error', (error) => {
      this.#worker = undefined
      this.#fail(error)
    })
    this.#worker = worker
    return worker
  }

  #answered({ id, packed }: Answer): void {
    const pairs = Array.from({ length: packed.length / 64 }, (_, index) =>
      decodePreKey(packed.subarray(index * 64, (index + 1) * 64)),
    )
    this.#waiting.get(id)?.resolve(pairs)
    this.#waiting.delete(id)
    // A worker costs memory; pairings are rare.
    if (this.#waiting.size === 0) this.#idle = setTimeout(() => void this.#retire(), IDLE_MS).unref()
  }

  async #retire(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  #fail(error: unknown): void {
    for (const waiter of this.#waiting.values()) waiter.reject(error)
    this.#waiting.clear()
  }
}

async function makeHere(count: number): Promise<KeyPair[]> {
  const pairs: KeyPair[] = []
  while (pairs.length < count) {
    if (pairs.length > 0 && pairs.length % keysPerTurn === 0) await nextTurn()
    pairs.push(generateKeyPair())
  }
  return pairs
}
