import { randomUUID } from 'node:crypto'
import { copyFile, open, rename, rm } from 'node:fs/promises'

/** Moves a file, also to another file system. Nobody ever sees a part of it under its new name. */
export const move = async (from: string, to: string): Promise<void> => {
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    const near = `${to}.${randomUUID()}`
    try {
      await copyFile(from, near)
      const copy = await open(near, 'r')
      await copy.sync().finally(() => copy.close())
      await rename(near, to)
    } catch (failure) {
      await rm(near, { force: true })
      throw failure
    }
    await rm(from, { force: true })
  }
}
