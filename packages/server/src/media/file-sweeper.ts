import type { Logger } from '@switchboard/engine'
import type { OwnDevices } from '../cluster/own-devices.ts'
import type { Database } from '../storage/database.ts'
import type { MediaFileRow, MediaFileStore } from '../storage/media-file-store.ts'
import type { FileFolder } from './file-folder.ts'

interface SweeperParts {
  readonly database: Database
  readonly folder: FileFolder
  readonly store: MediaFileStore
  readonly own: Pick<OwnDevices, 'isShared' | 'nodeId'>
  /** The time by which things are old, Unix ms. */
  readonly age: () => number
  readonly logger: Logger
}

const sweepMs = 60_000
const rowsPerSweep = 500
/** So old is a file that no node works with any more, when nobody knows it. */
const unknownKeptMs = 60 * 60_000

/** A send waits for the file, or somebody works with it. */
class Kept extends Error {}

/** Removes files that nobody needs any more, from the disk and the database. */
export class FileSweeper {
  readonly #parts: SweeperParts
  /** Files that this process works with: nobody sweeps them. */
  readonly #held = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #sweeping: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(parts: SweeperParts) {
    this.#parts = parts
  }

  /** Sweeps now and from time to time. */
  start(): void {
    const sweep = () => {
      this.#sweeping = this.#sweep()
        .catch((err) => this.#parts.logger.error({ err }, 'files that are not needed could not be removed'))
        .finally(() => {
          if (!this.#stopped) this.#timer = setTimeout(sweep, sweepMs).unref()
        })
    }
    sweep()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#sweeping
  }

  /** Somebody works with a file: it stays until as many have let go. */
  hold(id: string): void {
    this.#held.set(id, (this.#held.get(id) ?? 0) + 1)
  }

  letGo(id: string): void {
    const left = (this.#held.get(id) ?? 1) - 1
    if (left > 0) this.#held.set(id, left)
    else this.#held.delete(id)
  }

  /** Removes a file unless somebody may still need it. Never rejects. */
  async release(deviceId: string, id: string): Promise<void> {
    const { store, age, logger } = this.#parts
    try {
      const row = await store.find(deviceId, id)
      if (row && Number(row.expires_at) <= age()) await this.#remove(deviceId, id)
    } catch (err) {
      logger.warn({ device: deviceId, err }, 'a file could not be removed; it is tried again in a minute')
    }
  }

  /** Removes a file although it has not expired. @returns false when somebody needs it just now */
  async remove(deviceId: string, id: string): Promise<boolean> {
    return this.#remove(deviceId, id)
  }

  /** What was to become a file goes from the disk. Never rejects. */
  async drop(id: string): Promise<void> {
    await this.#parts.folder.remove(id).catch(() => undefined)
  }

  /** A file of which nothing became durable goes at once. */
  async dropUnknown({ device_id: deviceId, id }: MediaFileRow): Promise<void> {
    const { store, folder } = this.#parts
    const row = await store.find(deviceId, id).catch(() => 'unknown' as const)
    if (!row && !this.#held.has(id)) await folder.remove(id)
  }

  /** Removes files that have expired, and unknown ones on the disk. */
  async #sweep(): Promise<void> {
    const { folder, store, own, age } = this.#parts
    for (const row of await store.done(age(), rowsPerSweep, own.isShared ? own.nodeId : undefined)) {
      if (this.#stopped) return
      if (!this.#held.has(row.id)) await this.#remove(row.device_id, row.id)
    }
    // Another node may work with a file that is not known yet.
    const ids = await folder.ids(own.isShared ? unknownKeptMs : 0)
    for (let at = 0; at < ids.length && !this.#stopped; at += rowsPerSweep) {
      const some = ids.slice(at, at + rowsPerSweep).filter((id) => !this.#held.has(id))
      const known = await store.known(some)
      // One that was taken in since then is held.
      for (const id of some) if (!known.has(id) && !this.#held.has(id)) await folder.remove(id)
    }
  }

  async #remove(deviceId: string, id: string): Promise<boolean> {
    if (this.#held.has(id)) return false
    const { database, store, folder } = this.#parts
    try {
      await database.commit([store.remove(deviceId, id, () => new Kept())])
    } catch (error) {
      if (error instanceof Kept) return false
      throw error
    }
    await folder.remove(id)
    return true
  }
}
