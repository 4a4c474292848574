import { OneByOne } from '../one-by-one.ts'
import type { Database } from '../storage/database.ts'
import { KeyLogStore, type PositionedEvent } from '../storage/key-log-store.ts'

/** News above which all devices of a key are looked at. */
const mostNews = 200

/** Readers of one API key. */
interface Readers {
  readonly wakes: Set<() => void>
  /** Devices with events that have no position yet, as far as they are known here; undefined: any device of the key. */
  news: Set<string> | undefined
}

/** The log of all devices of an API key. Events get their positions when somebody reads: appending costs the same whether there are readers or not. */
export class KeyLog {
  readonly #store: KeyLogStore
  readonly #readers = new Map<number, Readers>()
  readonly #turns = new OneByOne()

  constructor(database: Database) {
    this.#store = new KeyLogStore(database)
  }

  /** Hears what has become durable: of this device, when that is known. */
  appended(apiKeyId: number, deviceId?: string): void {
    const readers = this.#readers.get(apiKeyId)
    if (!readers) return
    if (deviceId === undefined) readers.news = undefined
    else readers.news?.add(deviceId)
    if (readers.news && readers.news.size > mostNews) readers.news = undefined
    for (const wake of readers.wakes) wake()
  }

  /** Something may have become durable, and only the database knows what. */
  changed(): void {
    for (const readers of this.#readers.values()) {
      readers.news = undefined
      for (const wake of readers.wakes) wake()
    }
  }

  /** Gives a position to everything that is durable now. */
  async bounds(apiKeyId: number): Promise<{ prunedTo: number; last: number }> {
    await this.#store.number(apiKeyId)
    return this.#store.bounds(apiKeyId)
  }

  /** Gives a position to what is new, while there are readers who wait for it. One at a time for each key: who comes while another is at it waits for its end,
   *  because its own news may be among what is numbered there. */
  async catchUp(apiKeyId: number): Promise<void> {
    const readers = this.#readers.get(apiKeyId)
    if (readers) await this.#turns.run(String(apiKeyId), () => this.#number(apiKeyId, readers))
  }

  /** {@link bounds} of what has a position. */
  reached(apiKeyId: number): Promise<{ prunedTo: number; last: number }> {
    return this.#store.bounds(apiKeyId)
  }

  read(
    apiKeyId: number,
    query: { after: number; types?: readonly string[]; limit: number; bytes?: number },
  ): Promise<{ events: PositionedEvent[]; isLast: boolean }> {
    return this.#store.read(apiKeyId, query)
  }

  subscribe(apiKeyId: number, wake: () => void): () => void {
    const readers = this.#readers.get(apiKeyId) ?? { wakes: new Set(), news: undefined }
    // What happened since the reader began is not known here.
    readers.news = undefined
    readers.wakes.add(wake)
    this.#readers.set(apiKeyId, readers)
    return () => {
      readers.wakes.delete(wake)
      if (readers.wakes.size === 0 && this.#readers.get(apiKeyId) === readers) this.#readers.delete(apiKeyId)
    }
  }

  async #number(apiKeyId: number, readers: Readers): Promise<void> {
    const { news } = readers
    if (news?.size === 0) return
    readers.news = new Set()
    try {
      await this.#store.number(apiKeyId, news && [...news])
    } catch (error) {
      readers.news = undefined
      throw error
    }
  }
}
