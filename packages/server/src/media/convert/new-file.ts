import { randomUUID } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import path from 'node:path'

/** Works with a new file of the spool. */
export type WithFile = <Result>(work: (to: string) => Promise<Result>) => Promise<Result>
/** The file is what is made: it stays when the work succeeds, and nothing of it is left when it fails. */
export type NewFile = WithFile

const create = async (folder: string): Promise<string> => {
  const to = path.join(folder, randomUUID())
  // Nobody else may read it, also while a library or a child process writes.
  await (await open(to, 'wx', 0o600)).close()
  return to
}

export const newFileIn =
  (folder: string): NewFile =>
  async (work) => {
    const to = await create(folder)
    try {
      return await work(to)
    } catch (error) {
      await rm(to, { force: true })
      throw error
    }
  }

/** A file that nobody needs once the work is done. */
export const scratchIn =
  (folder: string): WithFile =>
  async (work) => {
    const to = await create(folder)
    try {
      return await work(to)
    } finally {
      await rm(to, { force: true })
    }
  }
