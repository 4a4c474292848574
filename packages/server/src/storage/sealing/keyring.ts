import { randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { atMost } from '../../at-most.ts'
import type { Database } from '../database.ts'
import { perDatabase } from '../per-database.ts'
import { prepare } from '../prepare.ts'
import { apiKeyOf, type Scope } from '../scope.ts'
import { createDataKeys } from './data-keys.ts'
import { createSealingKey, type SealingKey, seal, unseal } from './sealed-box.ts'

/** Seals and opens the secrets of one device or API key. A sealed value opens only for the same scope, kind and key. */
export interface Sealer {
  seal(kind: string, key: string, plain: Uint8Array): Uint8Array
  /** @throws SealError when it was changed, moved or sealed with another key. */
  open(kind: string, key: string, sealed: Uint8Array): Uint8Array
}

/** Every device has a data key of its own, and so has an API key with secrets; the master key seals only those, so that it can be changed without touching a secret. */
export interface Keyring {
  /** A new data key, sealed: what `device.data_key_sealed` is made with. */
  createDataKey(deviceId: string): Uint8Array
  /** The sealer of a device that is being made, under a data key of {@link createDataKey}. */
  withDataKey(deviceId: string, dataKey: Uint8Array): Sealer
  /** The sealer of a device or an API key, from memory when it was used lately. @throws SealError, NoSuchDevice */
  forDevice(scope: Scope): Promise<Sealer>
  /** Gives an API key a data key unless it has one. Nothing happens for a device. */
  prepare(scope: Scope): Promise<void>
  /** Drops the data key of what was deleted from memory. */
  forget(scope: Scope): void
}

const keptInMemory = 20_000

function createSealer(scope: Scope, key: SealingKey): Sealer {
  const context = (kind: string, name: string) => {
    if (kind.includes('|')) throw new RangeError('The kind of a secret has no "|" in it')
    return `${scope}|${kind}|${name}`
  }
  return {
    seal: (kind, name, plain) => seal(key, context(kind, name), plain),
    open: (kind, name, sealed) => unseal(key, context(kind, name), sealed),
  }
}

/** There is no data key, because there is no device. */
export class NoSuchDevice extends Error {
  override readonly name = 'NoSuchDevice'
}

type DataKeyRow = { readonly data_key_sealed: Uint8Array | null }

const preparedKey = perDatabase(({ query }) =>
  prepare<{ scope: Scope }>(query, (value) =>
    query.selectFrom('device').select('data_key_sealed').where('id', '=', value('scope')),
  ),
)

async function readDataKey(database: Database, scope: Scope): Promise<Uint8Array> {
  const { query } = database
  const apiKeyId = apiKeyOf(scope)
  const row =
    apiKeyId === undefined
      ? (await database.query.executeQuery<DataKeyRow>(preparedKey(database)({ scope }))).rows[0]
      : await query.selectFrom('api_key').select('data_key_sealed').where('id', '=', apiKeyId).executeTakeFirst()
  if (!row?.data_key_sealed) throw new NoSuchDevice('The device does not exist')
  return row.data_key_sealed
}

/** @param masterKeys 32 bytes each. The first seals; those after it only open what was sealed before a change of the key. */
export function createKeyring(database: Database, masterKeys: readonly [Uint8Array, ...Uint8Array[]]): Keyring {
  const dataKeys = createDataKeys(masterKeys)
  const sealers = new LRUCache<string, Sealer>({
    ...atMost(keptInMemory),
    fetchMethod: async (scope) =>
      createSealer(scope, createSealingKey(dataKeys.open(scope, await readDataKey(database, scope)))),
  })
  const createDataKey = (scope: Scope) => dataKeys.seal(scope, randomBytes(32))
  return {
    createDataKey,
    withDataKey: (deviceId, dataKey) => createSealer(deviceId, createSealingKey(dataKeys.open(deviceId, dataKey))),
    forDevice: (scope) => sealers.forceFetch(scope),
    prepare: async (scope) => {
      const apiKeyId = apiKeyOf(scope)
      if (apiKeyId === undefined || sealers.has(scope)) return
      const give = database.query
        .updateTable('api_key')
        .set({ data_key_sealed: createDataKey(scope) })
        .where('id', '=', apiKeyId)
        .where('data_key_sealed', 'is', null)
      await database.commit([{ query: give.compile() }])
    },
    forget: (scope) => void sealers.delete(scope),
  }
}
