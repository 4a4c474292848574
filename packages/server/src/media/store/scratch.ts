import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises'
import path from 'node:path'

/** A file that is being fetched. */
export class ScratchFile {
  readonly path: string
  readonly #handle: FileHandle

  constructor(place: string, handle: FileHandle) {
    this.path = place
    this.#handle = handle
  }

  /** Writes all of it: `write` alone may write a part. */
  async write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; ) at += (await this.#handle.write(chunk, at)).bytesWritten
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  /** It may have been moved away. */
  remove(): Promise<void> {
    return rm(this.path, { force: true })
  }
}

/** Where files are while they are fetched. They are of no use until they are whole. */
export class Scratch {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Makes the folder, and removes what a process that was killed left in it. */
  static async open(folder: string): Promise<Scratch> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const left of await readdir(folder)) await rm(path.join(folder, left), { recursive: true, force: true })
    return new Scratch(folder)
  }

  async create(): Promise<ScratchFile> {
    const place = path.join(this.#folder, randomUUID())
    return new ScratchFile(place, await open(place, 'wx', 0o600))
  }
}
