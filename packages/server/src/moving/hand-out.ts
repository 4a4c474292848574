import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import path from 'node:path'
import { makeDirectory } from '../storage/make-directory.ts'
import { syncFolder } from '../storage/sync-folder.ts'

/** Secrets that were made for what was moved here: their owners need them once. A file that only its owner may read, made with the first of them. */
export class HandOut {
  readonly file: string
  #handle: number | undefined

  constructor(dataDir: string, now: number) {
    this.file = path.join(dataDir, 'imports', `${new Date(now).toISOString().replaceAll(':', '-')}.jsonl`)
  }

  get used(): boolean {
    return this.#handle !== undefined
  }

  /** Adds a line. On disk when it returns. */
  add(record: Readonly<Record<string, unknown>>): void {
    this.#handle ??= this.#open()
    writeSync(this.#handle, `${JSON.stringify(record)}\n`)
    fsyncSync(this.#handle)
  }

  close(): void {
    if (this.#handle !== undefined) closeSync(this.#handle)
  }

  #open(): number {
    const folder = path.dirname(this.file)
    makeDirectory(folder)
    const handle = openSync(this.file, 'wx', 0o600)
    syncFolder(folder)
    return handle
  }
}
