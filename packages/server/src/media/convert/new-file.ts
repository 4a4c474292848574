import { randomUUID } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import path from 'node:path'

/** Makes a file of its own in the spool. When the work fails, nothing of it is left. */
export type NewFile = <Result>(work: (to: string) => Promise<Result>) => Promise<Result>

export const newFileIn =
  (folder: string): NewFile =>
  async (work) => {
    const to = path.join(folder, randomUUID())
    try {
      // Others may not read it, also while a library or a child process writes.
      await (await open(to, 'wx', 0o600)).close()
      return await work(to)
    } catch (error) {
      await rm(to, { force: true })
      throw error
    }
  }
