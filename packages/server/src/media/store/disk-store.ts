import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import path from 'node:path'
import type { KeptFile } from '../../storage/kept-file-store.ts'
import { move } from '../move.ts'
import { type ByteRange, ObjectMissing, type ObjectStore, objectPath } from './object-store.ts'

/** Read at once of a file. */
const chunkBytes = 64 * 1024

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

const synced = async (place: string): Promise<void> => {
  const handle = await open(place, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Files in a folder, readable by nobody else. */
export class DiskStore implements ObjectStore {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(folder: string): Promise<DiskStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return new DiskStore(folder)
  }

  async put(name: KeptFile, file: string): Promise<void> {
    const place = this.#place(name)
    await mkdir(path.dirname(place), { recursive: true, mode: 0o700 })
    await synced(file)
    await move(file, place)
    await synced(path.dirname(place))
  }

  async read(name: KeptFile, range?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    const handle = await open(this.#place(name), 'r').catch((error) => {
      throw isMissing(error) ? new ObjectMissing(objectPath(name), { cause: error }) : error
    })
    return chunks(handle, range)
  }

  async remove(name: KeptFile): Promise<void> {
    await rm(this.#place(name), { force: true })
  }

  #place(name: KeptFile): string {
    return path.join(this.#folder, objectPath(name))
  }
}

async function* chunks(handle: FileHandle, range: ByteRange | undefined): AsyncGenerator<Uint8Array> {
  try {
    yield* handle.createReadStream({ highWaterMark: chunkBytes, autoClose: false, ...range }) as AsyncIterable<Buffer>
  } finally {
    await handle.close()
  }
}
