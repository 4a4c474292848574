import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ConfigError } from './config/config-error.ts'

export type World = 'whatsapp' | 'sandbox'

/** A directory belongs to the world of its first start. Accounts of the one would be refused, and so lost, in the other. @throws ConfigError */
export const claimDataDir = (dataDir: string, world: World): void => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = path.join(dataDir, 'world')
  try {
    writeFileSync(file, `${world}\n`, { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const owner = readFileSync(file, 'utf8').trim()
    if (owner === world) return
    throw new ConfigError(
      `SWITCHBOARD_DATA_DIR is "${dataDir}": its devices live in the world "${owner}"; allowed is a directory of its own for "${world}"`,
    )
  }
}
