import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { ConfigWithoutSecrets } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { makeDirectory } from '../storage/make-directory.ts'

export type WorldName = 'whatsapp' | 'sandbox'

/** The message for an operator when the data directory cannot be made or written. */
export const unusableDataDir = (dataDir: string, cause: unknown): ConfigError =>
  new ConfigError(
    `SWITCHBOARD_DATA_DIR is "${dataDir}": it cannot be made or written (${(cause as NodeJS.ErrnoException).code}); allowed is a directory of your own`,
  )

/** The world that these settings are for. */
export const wantedWorld = ({ sandbox }: Pick<ConfigWithoutSecrets, 'sandbox'>): WorldName =>
  sandbox.url ? 'sandbox' : 'whatsapp'

/** The world of a directory; undefined before its first start. */
export const worldOf = (dataDir: string): WorldName | undefined => {
  try {
    return readFileSync(path.join(dataDir, 'world'), 'utf8').trim() as WorldName
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
}

/** A directory belongs to the world of its first start. Accounts of the one would be refused, and so lost, in the other. @throws ConfigError */
export const claimDataDir = (dataDir: string, world: WorldName): void => {
  const file = path.join(dataDir, 'world')
  try {
    makeDirectory(dataDir)
    writeFileSync(file, `${world}\n`, { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unusableDataDir(dataDir, error)
    const owner = readFileSync(file, 'utf8').trim()
    if (owner === world) return
    throw new ConfigError(
      `SWITCHBOARD_DATA_DIR is "${dataDir}": its devices live in the world "${owner}"; allowed is a directory of its own for "${world}"`,
    )
  }
}
