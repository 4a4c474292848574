import { type Bus, subjectPart } from '../cluster/bus/bus.ts'
import type { Database } from '../storage/database.ts'
import { type Heads, ReaderHeads } from '../storage/reader-heads.ts'
import { apiKeyOf, type Scope } from '../storage/scope.ts'

/** How late an event is seen when its hint was lost. */
const lookMs = 1_000

/** What readers of this node wait for. */
interface Waiting {
  readonly wake: () => void
  readonly end: () => void
  readers: number
}

interface OtherNodesParts {
  readonly database: Database
  readonly bus: Bus
  /** Other nodes appended events of this device, or may have. */
  readonly deviceWoken: (deviceId: string) => void
  /** The same for an API key; of this device when it is known. */
  readonly keyWoken: (apiKeyId: number, deviceId?: string) => void
}

const subjectOf = (apiKeyId: string, deviceId: string): string => `wa.evt.${apiKeyId}.${deviceId}`

/** Lets readers of this node hear of what other nodes append. A hint over the bus comes at once; once a second the database is asked how far the logs are that
 *  somebody reads here, for hints that were lost. */
export class OtherNodes {
  readonly #parts: OtherNodesParts
  readonly #heads: ReaderHeads
  readonly #waiting = new Map<Scope, Waiting>()
  readonly #appended = new Map<string, number>()
  #known: Heads = new Map()
  #timer: NodeJS.Timeout | undefined

  constructor(parts: OtherNodesParts) {
    this.#parts = parts
    this.#heads = new ReaderHeads(parts.database)
  }

  /** Tells the others. */
  appended(apiKeyId: number, deviceId: string): void {
    if (this.#appended.size === 0) setImmediate(() => this.#tell())
    this.#appended.set(deviceId, apiKeyId)
  }

  /** Somebody reads this log here. @returns what ends it */
  follow(scope: Scope): () => void {
    const waiting = this.#waiting.get(scope) ?? this.#listen(scope)
    waiting.readers++
    this.#waiting.set(scope, waiting)
    this.#timer ??= setInterval(() => void this.#look(), lookMs).unref()
    return () => {
      if (--waiting.readers > 0) return
      waiting.end()
      this.#waiting.delete(scope)
      if (this.#waiting.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }

  #listen(scope: Scope): Waiting {
    const { bus, deviceWoken, keyWoken } = this.#parts
    const apiKeyId = apiKeyOf(scope)
    if (apiKeyId === undefined) {
      const wake = () => deviceWoken(scope)
      return { wake, end: bus.subscribe(subjectOf('*', subjectPart(scope)), wake), readers: 0 }
    }
    const hear = (data: Uint8Array) => keyWoken(apiKeyId, Buffer.from(data).toString())
    return {
      wake: () => keyWoken(apiKeyId),
      end: bus.subscribe(subjectOf(String(apiKeyId), '*'), hear),
      readers: 0,
    }
  }

  #tell(): void {
    for (const [deviceId, apiKeyId] of this.#appended) {
      this.#parts.bus.publish(subjectOf(String(apiKeyId), subjectPart(deviceId)), Buffer.from(deviceId))
    }
    this.#appended.clear()
  }

  async #look(): Promise<void> {
    const heads = await this.#heads.of([...this.#waiting.keys()]).catch(() => undefined)
    // Without an answer nothing can be read either.
    if (!heads) return
    const before = this.#known
    this.#known = heads
    for (const [scope, head] of heads) if (before.get(scope) !== head) this.#waiting.get(scope)?.wake()
  }
}
