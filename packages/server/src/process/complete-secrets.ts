import path from 'node:path'
import type { Config, ConfigWithoutSecrets, Secrets } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { freeze } from '../config/freeze.ts'
import { ensureSecretFile } from '../storage/sealing/ensure-secret-file.ts'
import { unusableDataDir } from './claim-data-dir.ts'

const variables = {
  adminSecret: { variable: 'ADMIN_SECRET_KEY', file: 'admin-secret' },
  jwtSecret: { variable: 'JWT_SECRET_KEY', file: 'jwt-secret' },
  masterKey: { variable: 'SWITCHBOARD_MASTER_KEY', file: 'master-key' },
} as const satisfies Record<keyof Secrets, { variable: string; file: string }>

const secretAt = (place: string, dataDir: string): ReturnType<typeof ensureSecretFile> => {
  try {
    return ensureSecretFile(place)
  } catch (error) {
    // A secret file that is empty says so itself.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    throw unusableDataDir(dataDir, error)
  }
}

/** Fills in the secrets that were not given. The embedded database has them generated into its directory; with PostgreSQL several machines
 *  must share them, so that a person has to give them.
 *  @param created is told the file of each secret that was made now. @throws ConfigError */
export const completeSecrets = (
  config: ConfigWithoutSecrets,
  created: (name: keyof Secrets, file: string, value: string) => void,
): Config => {
  const complete = (name: keyof Secrets): string => {
    const given = config.secrets[name]
    if (given !== undefined) return given
    const { variable, file } = variables[name]
    if (config.storage.type === 'postgres') {
      const allowed = name === 'masterKey' ? '32 bytes as 64 hex digits or in base64' : 'at least 32 characters'
      throw new ConfigError(`${variable} is missing: with PostgreSQL it must be given; allowed is ${allowed}`)
    }
    const place = path.join(config.storage.dataDir, 'secrets', file)
    const secret = secretAt(place, config.storage.dataDir)
    if (secret.created) created(name, place, secret.value)
    if (secret.value.length < 32) throw new ConfigError(`${place} holds fewer than 32 characters`)
    return secret.value
  }
  return freeze({
    ...config,
    secrets: {
      adminSecret: complete('adminSecret'),
      jwtSecret: complete('jwtSecret'),
      masterKey: complete('masterKey'),
    },
  })
}
