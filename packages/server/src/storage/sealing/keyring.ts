import { randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Database } from '../database.ts'
import { createSealingKey, isSealedWith, SealError, type SealingKey, seal, unseal } from './sealed-box.ts'

/** Seals and opens the secrets of one device. A sealed value opens only for the same device, kind and key. */
export interface Sealer {
  seal(kind: string, key: string, plain: Uint8Array): Uint8Array
  /** @throws SealError when it was changed, moved or sealed with another key. */
  open(kind: string, key: string, sealed: Uint8Array): Uint8Array
}

/** Every device has a data key of its own; the master key seals only those, so that it can be changed without touching a secret. */
export interface Keyring {
  /** A new data key, sealed: what `device.data_key_sealed` is made with. */
  createDataKey(deviceId: string): Uint8Array
  /** The device's sealer, from memory when it was used lately. @throws SealError; Error when the device does not exist. */
  forDevice(deviceId: string): Promise<Sealer>
  /** Drops the data key of a deleted device from memory. */
  forget(deviceId: string): void
}

/** Where a device's data key belongs. */
export const dataKeyContext = (deviceId: string): string => `${deviceId}|data-key|`
const keptInMemory = 20_000

function createSealer(deviceId: string, key: SealingKey): Sealer {
  const context = (kind: string, name: string) => {
    if (kind.includes('|')) throw new RangeError('The kind of a secret has no "|" in it')
    return `${deviceId}|${kind}|${name}`
  }
  return {
    seal: (kind, name, plain) => seal(key, context(kind, name), plain),
    open: (kind, name, sealed) => unseal(key, context(kind, name), sealed),
  }
}

async function readDataKey(database: Database, deviceId: string): Promise<Uint8Array> {
  const row = await database.query
    .selectFrom('device')
    .select('data_key_sealed')
    .where('id', '=', deviceId)
    .executeTakeFirst()
  if (!row) throw new Error('The device does not exist')
  return row.data_key_sealed
}

/** @param masterKeys 32 bytes each. The first seals; those after it only open what was sealed before a change of the key. */
export function createKeyring(database: Database, masterKeys: readonly [Uint8Array, ...Uint8Array[]]): Keyring {
  const masters = masterKeys.map(createSealingKey)
  const openDataKey = (deviceId: string, sealed: Uint8Array): Uint8Array => {
    const master = masters.find((candidate) => isSealedWith(candidate, sealed))
    if (!master) throw new SealError('The data key was sealed with a master key that is not known here')
    return unseal(master, dataKeyContext(deviceId), sealed)
  }
  const sealers = new LRUCache<string, Sealer>({
    max: keptInMemory,
    fetchMethod: async (deviceId) =>
      createSealer(deviceId, createSealingKey(openDataKey(deviceId, await readDataKey(database, deviceId)))),
  })
  return {
    createDataKey: (deviceId) => seal(masters[0]!, dataKeyContext(deviceId), randomBytes(32)),
    forDevice: (deviceId) => sealers.forceFetch(deviceId),
    forget: (deviceId) => void sealers.delete(deviceId),
  }
}
