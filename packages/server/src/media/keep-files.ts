import type { Clock } from '../clock.ts'
import { OneByOne } from '../one-by-one.ts'
import type { Database, Statement } from '../storage/database.ts'
import { type KeptFile, KeptFileStore } from '../storage/kept-file-store.ts'
import { type ByteRange, ObjectMissing, type ObjectStore } from './store/object-store.ts'

interface KeepParts {
  readonly database: Database
  readonly objects: ObjectStore
  /** Bytes that an API key may keep; 0: as many as there is room for. */
  readonly quotaBytes: number
  readonly clock: Clock
}

class Swept extends Error {}

/** Files that are kept, once for each API key. */
export class KeepFiles {
  readonly #parts: KeepParts
  readonly #rows: KeptFileStore
  /** What is being put or removed, by its name: the two must not meet. */
  readonly #busy = new OneByOne()

  constructor(parts: KeepParts) {
    this.#parts = parts
    this.#rows = new KeptFileStore(parts.database)
  }

  /** Whether a file of that size may be kept for the owner of a device. */
  async hasRoom(deviceId: string, size: number): Promise<boolean> {
    const { quotaBytes } = this.#parts
    if (quotaBytes === 0) return true
    const apiKeyId = await this.#rows.apiKeyOf(deviceId)
    return apiKeyId !== undefined && (await this.#rows.bytesOf(apiKeyId)) + size <= quotaBytes
  }

  /** Keeps a file, and commits what comes true with it. Its row is there before it, so that a sweep finds what a crash leaves behind.
   *  @param unit what is committed when it is there */
  async keep(
    deviceId: string,
    file: { readonly path: string; readonly sha256: string; readonly size: number },
    unit: readonly Statement[],
  ): Promise<void> {
    const { database, objects, clock } = this.#parts
    const apiKeyId = await this.#rows.apiKeyOf(deviceId)
    if (apiKeyId === undefined) return
    const name = { apiKeyId, sha256: file.sha256 }
    await this.#alone(name, async () => {
      await database.commit([this.#rows.insert(name, file.size, clock.now())])
      await objects.put(name, file.path, file.size)
      await database.commit([this.#rows.holds(name, () => new Swept()), ...unit], { lane: deviceId })
    })
  }

  /** @throws ObjectMissing */
  async read(deviceId: string, sha256: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    const apiKeyId = (await this.#rows.apiKeyOf(deviceId)) ?? -1
    return this.#parts.objects.read({ apiKeyId, sha256 }, range)
  }

  /** A file of an API key; undefined when it is not there. */
  async open(name: KeptFile): Promise<AsyncIterable<Uint8Array> | undefined> {
    return this.#parts.objects.read(name).catch((error: unknown) => {
      if (error instanceof ObjectMissing) return undefined
      throw error
    })
  }

  /** Removes those of some files that no message has. */
  async removeUnused(files: readonly KeptFile[]): Promise<number> {
    let removed = 0
    for (const file of files) if (await this.#remove(file, Number.MAX_SAFE_INTEGER)) removed++
    return removed
  }

  /** Removes files that no message has. @param madeBefore a younger one may be about to get its message */
  async sweep(madeBefore: number, signal: AbortSignal): Promise<number> {
    let removed = 0
    while (!signal.aborted) {
      const unused = await this.#rows.unused(madeBefore, atOnce)
      for (const name of unused) if (await this.#remove(name, madeBefore)) removed++
      if (unused.length < atOnce) return removed
    }
    return removed
  }

  #remove(name: KeptFile, madeBefore: number): Promise<boolean> {
    return this.#alone(name, async () => {
      // It may have come to be of use since.
      if (!(await this.#rows.isUnused(name, madeBefore))) return false
      await this.#parts.objects.remove(name)
      await this.#parts.database.commit([this.#rows.remove(name)])
      return true
    })
  }

  #alone<Result>({ apiKeyId, sha256 }: KeptFile, task: () => Promise<Result>): Promise<Result> {
    return this.#busy.run(`${apiKeyId} ${sha256}`, task)
  }
}

/** Rows of one step of a sweep. */
const atOnce = 200
