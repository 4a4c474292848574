import { randomUUID } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../errors/app-error.ts'

/** Works with a new file of the spool. */
export type WithFile = <Result>(work: (to: string) => Promise<Result>) => Promise<Result>
/** The file is what is made: it stays when the work succeeds, and nothing of it is left when it fails. */
export type NewFile = WithFile

const diskIsFull = /ENOSPC|EDQUOT|no space left|quota exceeded/i

const causesOf = (error: unknown): Error[] => (error instanceof Error ? [error, ...causesOf(error.cause)] : [])

/** A full disk is not the fault of the file. Libraries and programs say so in their words, which their errors hand on as the cause. */
const blamedRightly = (error: unknown): unknown =>
  causesOf(error).some(({ message }) => diskIsFull.test(message))
    ? new AppError('not_ready', 'There is no space left for files', { cause: error, retryAfterSeconds: 30 })
    : error

const create = async (folder: string): Promise<string> => {
  const to = path.join(folder, randomUUID())
  // Nobody else may read it, also while a library or a child process writes.
  await (await open(to, 'wx', 0o600)).close()
  return to
}

export const newFileIn =
  (folder: string): NewFile =>
  async (work) => {
    const to = await create(folder).catch((error: unknown) => {
      throw blamedRightly(error)
    })
    try {
      return await work(to)
    } catch (error) {
      await rm(to, { force: true })
      throw blamedRightly(error)
    }
  }

/** A file that nobody needs once the work is done. */
export const scratchIn =
  (folder: string): WithFile =>
  (work) =>
    newFileIn(folder)(async (to) => {
      const result = await work(to)
      await rm(to, { force: true })
      return result
    })
