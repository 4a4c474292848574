import { existsSync, readdirSync, renameSync, rmSync, utimesSync } from 'node:fs'
import path from 'node:path'

/** What a system answers when a folder is to take the place of another one that holds files. */
const taken = new Set(['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'])

const isWhole = (folder: string, names: readonly string[]): boolean =>
  names.every((name) => existsSync(path.join(folder, name)))

/** Moves a new build to where it belongs. A build that is there already is of the same sources, and programs may be loading it or its rare parts at this moment: when two starts
 *  compile at once, or sources are as they were before. So it stays as it is, unless files of it are gone. */
export const moveIntoPlace = (built: string, place: string): void => {
  const move = (): boolean => {
    try {
      renameSync(built, place)
      return true
    } catch (error) {
      if (!existsSync(place) || !taken.has((error as NodeJS.ErrnoException).code ?? '')) throw error
      return false
    }
  }
  if (move()) return
  if (isWhole(place, readdirSync(built))) {
    // Old builds are removed by this time.
    utimesSync(place, new Date(), new Date())
    return
  }
  rmSync(place, { recursive: true, force: true })
  // Whoever was quicker has moved the same in.
  move()
}
