import type { Logger } from '@switchboard/engine'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import type { Database } from '../storage/database.ts'
import { createKeyring, type Keyring } from '../storage/sealing/keyring.ts'
import { parseMasterKey } from '../storage/sealing/parse-master-key.ts'
import { rewrapDataKeys } from '../storage/sealing/rewrap-data-keys.ts'

/** The keyring under the current master key. What former ones sealed is sealed with the current one first.
 *  @throws ConfigError when the key opens nothing of what is there: going on would look as if every device were gone */
export const openKeyring = async (
  config: Pick<Config, 'secrets' | 'storage'>,
  database: Database,
  log: Logger,
): Promise<Keyring> => {
  const current = parseMasterKey(config.secrets.masterKey)
  const former = config.storage.formerMasterKeys.map(parseMasterKey)
  const { rewrapped, unknown, devices, unknownKeys, keys } = await rewrapDataKeys(database, [current, ...former])
  if (unknown + unknownKeys > 0 && unknown === devices && unknownKeys === keys) {
    throw new ConfigError(
      'SWITCHBOARD_MASTER_KEY is a value that is not shown: the secrets of every device here were sealed with another key; allowed is that key, or a new one with that key as SWITCHBOARD_MASTER_KEY_PREVIOUS',
    )
  }
  if (unknownKeys > 0)
    log.error({ keys: unknownKeys }, 'the secrets of some API keys were sealed with a master key not known here')
  if (unknown > 0)
    log.error({ devices: unknown }, 'the secrets of some devices were sealed with a master key not known here')
  if (rewrapped > 0) log.warn({ devices: rewrapped }, 'secrets are sealed with the new master key now')
  if (former.length > 0 && unknown + unknownKeys === 0)
    log.warn({}, 'SWITCHBOARD_MASTER_KEY_PREVIOUS is not needed any more')
  return createKeyring(database, [current])
}
