import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '../config/config-error.ts'

/** Network file systems show a new file a little later. */
const tries = 20
const pauseMs = 500

export interface SharedFolder {
  leave(): Promise<void>
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )

/** Leaves a sign of this node in the folder that all nodes share, and looks for the signs of the others: a send that one node has accepted leaves from another
 *  one with its file. @throws ConfigError when the folder cannot be used, or is another one than theirs */
export const proveShared = async (folder: string, nodeId: string, others: readonly string[]): Promise<SharedFolder> => {
  const signs = path.join(folder, 'nodes')
  const own = path.join(signs, nodeId)
  try {
    await mkdir(signs, { recursive: true, mode: 0o700 })
    await writeFile(own, '', { mode: 0o600 })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new ConfigError(
      `SWITCHBOARD_SHARED_DIR is "${folder}": it cannot be made or written (${code}); allowed is a directory that every node can write`,
      { cause },
    )
  }
  const seen = await Promise.all(others.map((id) => path.join(signs, id)).map(isThere))
  for (let attempt = 1; !seen.every(Boolean) && !seen.some(Boolean) && attempt < tries; attempt++) {
    await sleep(pauseMs)
    const again = await Promise.all(others.map((id) => isThere(path.join(signs, id))))
    for (const [place, there] of again.entries()) seen[place] = there
  }
  // One that ends or starts just now may have no sign; a folder of somebody's own has none at all.
  if (others.length > 0 && !seen.some(Boolean)) {
    await rm(own, { force: true })
    throw new ConfigError(
      `SWITCHBOARD_SHARED_DIR is "${folder}": no file of the other nodes is in it; allowed is the directory that they have`,
    )
  }
  return { leave: () => rm(own, { force: true }) }
}
