import path from 'node:path'
import type { Config, ConfigWithoutSecrets, Secrets } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { freeze } from '../config/freeze.ts'
import { ensureSecretFile } from '../storage/sealing/ensure-secret-file.ts'
import { unusableDataDir } from './claim-data-dir.ts'

const files: Readonly<Record<keyof Secrets, string>> = {
  adminSecret: 'admin-secret',
  jwtSecret: 'jwt-secret',
  masterKey: 'master-key',
}

const secretAt = (place: string, dataDir: string): ReturnType<typeof ensureSecretFile> => {
  try {
    return ensureSecretFile(place)
  } catch (error) {
    // A secret file that is empty says so itself.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    throw unusableDataDir(dataDir, error)
  }
}

/** Fills in the secrets that were not given: they are made into the data directory. (With PostgreSQL a person has to give them, or to wish for that: see cross-checks.ts.)
 *  @param created gets the file of each secret that was made now. @throws ConfigError */
export const completeSecrets = (
  config: ConfigWithoutSecrets,
  created: (name: keyof Secrets, file: string, value: string) => void,
): Config => {
  const complete = (name: keyof Secrets): string => {
    const given = config.secrets[name]
    if (given !== undefined) return given
    if (!config.makesSecrets) throw new Error(`${name} must be given with PostgreSQL`)
    const place = path.join(config.storage.dataDir, 'secrets', files[name])
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
