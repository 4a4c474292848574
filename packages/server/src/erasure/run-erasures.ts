import type { Logger } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { type BackoffSettings, quickBackoffMs } from '../sessions/backoff.ts'
import { auditStatement } from '../storage/audit-store.ts'
import type { Database } from '../storage/database.ts'
import { ErasureStore, type StoredErasure } from '../storage/erasure-store.ts'
import type { Devices } from '../tenants/devices.ts'
import type { Eraser, Needles } from './eraser.ts'

interface RunnerParts {
  readonly database: Database
  readonly eraser: () => Promise<Eraser>
  readonly cluster: Pick<Cluster, 'own' | 'node'>
  readonly devices: Pick<Devices, 'apiKeyOf'>
  readonly clock: Clock
  readonly logger: Logger
  /** Of what the {@link Eraser} does, too. */
  readonly stopping: AbortController
}

/** Another node may have asked, or left something. */
const everyMs = 10_000

/** Each attempt lets a device rest, or writes the files anew: what fails again and again is tried ever more seldom. */
const pace: BackoffSettings = { backoffBaseMs: everyMs, backoffMaxMs: 900_000, retries: 0 }

interface Failures {
  readonly times: number
  /** When it is tried again, by the steady clock. */
  readonly again: number
}

/** What stands for the files of all erasures among those that fail. */
const files = 'files'

/** Works off what is to be erased, one after the other: here what is of the devices of this gateway, and of tenants what one gateway does for all. */
export class RunErasures {
  readonly #parts: RunnerParts
  readonly #store: ErasureStore
  /** What must not be found any more, of those that are to be cleaned. */
  readonly #needles = new Map<string, Needles>()
  readonly #failures = new Map<string, Failures>()
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #again = false

  constructor(parts: RunnerParts) {
    this.#parts = parts
    this.#store = new ErasureStore(parts.database)
  }

  /** Looks now for what is to be done, and from time to time. Resolves when it is done, as far as it can be now. */
  async wake(): Promise<void> {
    if (this.#stopped) return
    this.#again = true
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined
      clearTimeout(this.#timer)
      if (!this.#stopped) this.#timer = setTimeout(() => void this.wake(), everyMs).unref()
    })
    await this.#running
  }

  /** Resolves when nothing is under way. What was begun is continued by the next process. */
  async stop(): Promise<void> {
    this.#parts.stopping.abort()
    clearTimeout(this.#timer)
    await this.#running
  }

  get #stopped(): boolean {
    return this.#parts.stopping.signal.aborted
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false
      try {
        await this.#round()
      } catch (err) {
        if (!this.#stopped) this.#parts.logger.error({ err }, 'erasures could not be looked for')
      }
    }
  }

  async #round(): Promise<void> {
    const open = await this.#store.open()
    const isOpen = new Set([files, ...open.map(({ id }) => id)])
    // Another node may have ended it.
    for (const id of this.#failures.keys()) if (!isOpen.has(id)) this.#failures.delete(id)
    // A customer goes when its devices are gone.
    const isLast = ({ kind }: StoredErasure) => (kind === 'tenant' ? 1 : 0)
    for (const erasure of open.toSorted((one, other) => isLast(one) - isLast(other))) {
      if (this.#stopped) return
      if (erasure.state === 'cleaning' || this.#rests(erasure.id)) continue
      if (await this.#isOurs(erasure)) await this.#run(erasure)
    }
    if (!this.#stopped) await this.#clean()
  }

  #rests(id: string): boolean {
    return this.#parts.clock.monotonic() < (this.#failures.get(id)?.again ?? 0)
  }

  #failed(id: string): void {
    const times = (this.#failures.get(id)?.times ?? 0) + 1
    this.#failures.set(id, { times, again: this.#parts.clock.monotonic() + quickBackoffMs(times, pace, Math.random) })
  }

  async #run(erasure: StoredErasure): Promise<void> {
    const { eraser, logger, database, clock } = this.#parts
    const { id, kind, deviceId } = erasure
    try {
      this.#needles.set(id, await (await eraser()).run(erasure))
    } catch (err) {
      if (this.#stopped) return
      this.#failed(id)
      logger.error({ err, erasure: id, device: deviceId }, 'an erasure gets no further; it is tried again')
      await database.commit([this.#store.failed(erasure, reasonOf(err), clock.now())])
      return
    }
    this.#failures.delete(id)
    logger.info({ erasure: id, kind, device: deviceId }, 'erased')
  }

  async #isOurs({ kind, deviceId, requestId }: StoredErasure): Promise<boolean> {
    const { cluster, devices } = this.#parts
    const forAll = async () => (await cluster.node?.does('erasures')) ?? true
    if (kind !== 'tenant') {
      const isThere = deviceId !== null && devices.apiKeyOf(deviceId) !== undefined
      return isThere ? cluster.own.has(deviceId) : forAll()
    }
    const parts = await this.#store.ofRequest(requestId)
    return (
      parts.every((part) => part.kind === 'tenant' || part.state === 'cleaning' || part.state === 'done') && forAll()
    )
  }

  /** Takes what is erased out of the files, once for all of it. */
  async #clean(): Promise<void> {
    const { database, cluster, clock, logger } = this.#parts
    const waiting = (await this.#store.open()).filter(({ state }) => state === 'cleaning')
    if (waiting.length === 0 || this.#rests(files) || !((await cluster.node?.does('erasures')) ?? true)) return
    const needles = waiting.map(({ id }) => this.#needles.get(id) ?? [])
    try {
      // Of what nothing is known any more, nothing can be looked for.
      const scrubbed = await database.scrub(
        needles.some(({ length }) => length === 0) ? [] : [...new Set(needles.flat())],
      )
      logger.info({ erasures: waiting.length, ...scrubbed }, 'the files were cleaned of what was erased')
      this.#failures.delete(files)
      const at = clock.now()
      for (const { id, kind, counts, requestId, apiKeyId, deviceId } of waiting) {
        const proof = { ...scrubbed, database: database.dialect, files: counts['files'] ?? 0 }
        const removed = Object.values(counts).reduce((sum, n) => sum + n, 0)
        const entry = { actor: 'system', action: 'erasure.completed', target: requestId, at }
        const isOfDevice = kind === 'contact' || kind === 'chat'
        const about = {
          ...(kind !== 'tenant' && { apiKeyId }),
          detail: `${kind} ${removed}${isOfDevice ? ` ${deviceId}` : ''}`,
        }
        await database.commit([this.#store.done([id], proof, at), auditStatement(database, { ...entry, ...about })])
        this.#needles.delete(id)
      }
    } catch (err) {
      if (this.#stopped) return
      this.#failed(files)
      logger.error({ err }, 'the files could not be cleaned of what was erased; it is tried again')
      for (const erasure of waiting) await database.commit([this.#store.failed(erasure, reasonOf(err), clock.now())])
    }
  }
}

/** What an error may say of a person stays in the log. */
const reasonOf = (error: unknown): string => {
  const { code, name } = error as { code?: unknown; name?: unknown }
  return typeof code === 'string' ? code : String(name)
}
