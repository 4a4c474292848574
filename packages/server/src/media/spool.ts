import { createHash } from 'node:crypto'
import { AppError } from '../errors/app-error.ts'
import { Scratch } from './store/scratch.ts'

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

/** Where files wait on disk while their request runs: readable by nobody else, and empty when no request runs. */
export class Spool {
  readonly #files: Scratch

  private constructor(files: Scratch) {
    this.#files = files
  }

  /** Makes the folder, and removes what a process that was killed left in it. */
  static async open(folder: string): Promise<Spool> {
    return new Spool(await Scratch.open(folder))
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
    const hash = createHash('sha256')
    let bytes = 0
    const file = await this.#files.create()
    try {
      for await (const chunk of source) {
        bytes += chunk.length
        if (bytes > readBytes) throw tooLarge()
        if (bytes > maxBytes) continue
        hash.update(chunk)
        await file.write(chunk)
      }
      if (bytes > maxBytes) throw tooLarge()
    } catch (error) {
      await file.close()
      await file.remove()
      throw storageFault(error)
    }
    await file.close()
    return { path: file.path, bytes, sha256: hash.digest('hex'), remove: () => file.remove() }
  }
}
