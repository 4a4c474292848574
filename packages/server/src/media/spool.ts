import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../errors/app-error.ts'

/** A file of one request. The one that took it removes it. */
export interface SpooledFile {
  readonly path: string
  readonly bytes: number
  /** Hex. */
  readonly sha256: string
  remove(): Promise<void>
}

const noSpace: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT'])

const storageFault = (error: unknown): unknown =>
  noSpace.has((error as NodeJS.ErrnoException).code)
    ? new AppError('not_ready', 'There is no space left for files', { cause: error, retryAfterSeconds: 30 })
    : error

/** Writes all of it. `write` alone may write a part. */
const writeAll = async (file: FileHandle, chunk: Uint8Array): Promise<void> => {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten
}

/** Where files wait on disk while their request runs: readable by nobody else, and empty when no request runs. */
export class Spool {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Makes the folder, and removes what a process that was killed left in it. */
  static async open(folder: string): Promise<Spool> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const left of await readdir(folder)) await rm(path.join(folder, left), { recursive: true, force: true })
    return new Spool(folder)
  }

  /** Takes a file in, chunk by chunk: never more of it is in memory. One that is too large is read on, and nothing of it is kept, until it ends or is twice as
   *  large: who is refused in the middle of sending may never see why. @throws what `tooLarge` makes, AppError not_ready; or whatever `source` fails with
   *  @param readBytes how much is read at most, when nobody waits for an answer at the other end */
  async take(
    source: AsyncIterable<Uint8Array>,
    maxBytes: number,
    tooLarge: () => AppError,
    readBytes = 2 * maxBytes,
  ): Promise<SpooledFile> {
    const place = path.join(this.#folder, randomUUID())
    const remove = () => rm(place, { force: true })
    const hash = createHash('sha256')
    let bytes = 0
    const file = await open(place, 'wx', 0o600)
    try {
      for await (const chunk of source) {
        bytes += chunk.length
        if (bytes > readBytes) throw tooLarge()
        if (bytes > maxBytes) continue
        hash.update(chunk)
        await writeAll(file, chunk)
      }
      if (bytes > maxBytes) throw tooLarge()
    } catch (error) {
      await file.close()
      await remove()
      throw storageFault(error)
    }
    await file.close()
    return { path: place, bytes, sha256: hash.digest('hex'), remove }
  }
}
