import { allAccessKeys } from '../storage/access-key-store.ts'
import type { Database } from '../storage/database.ts'
import { type KnownAccessKey, toKnownAccessKey } from './known-access-key.ts'

export interface KnownKey {
  readonly id: number
  /** SHA-256 of the key, hex. */
  readonly hash: string
  readonly isActive: boolean
  /** 0: no limit. */
  readonly requestsPerHour: number
}

export interface KnownDevice {
  readonly apiKeyId: number
  readonly tokenVersion: number
  readonly secretHash: Uint8Array
}

/** What must be known at once wherever requests are answered. Code that changes the database applies the change here in the same tick; changes that other processes
 *  make must be applied here too when they become known. Applying a change twice does no harm. */
export type DirectoryChange =
  | { readonly kind: 'key'; readonly key: KnownKey }
  | { readonly kind: 'key_removed'; readonly id: number }
  | { readonly kind: 'device'; readonly id: string; readonly device: KnownDevice }
  | { readonly kind: 'device_removed'; readonly id: string }
  | { readonly kind: 'access_key'; readonly key: KnownAccessKey }
  | { readonly kind: 'access_key_removed'; readonly id: string }

/** Every API key and device in memory, as far as authentication needs them. */
export class TenantDirectory {
  readonly #keys = new Map<number, KnownKey>()
  readonly #keyIds = new Map<string, number>()
  readonly #devices = new Map<string, KnownDevice>()
  readonly #accessKeys = new Map<string, KnownAccessKey>()
  readonly #accessKeyIds = new Map<string, string>()
  /** Rises with each change. */
  version = 0

  key(id: number): KnownKey | undefined {
    return this.#keys.get(id)
  }

  keyByHash(hash: string): KnownKey | undefined {
    const id = this.#keyIds.get(hash)
    return id === undefined ? undefined : this.#keys.get(id)
  }

  device(id: string): KnownDevice | undefined {
    return this.#devices.get(id)
  }

  accessKey(id: string): KnownAccessKey | undefined {
    return this.#accessKeys.get(id)
  }

  accessKeyByHash(hash: string): KnownAccessKey | undefined {
    const id = this.#accessKeyIds.get(hash)
    return id === undefined ? undefined : this.#accessKeys.get(id)
  }

  apply(change: DirectoryChange): void {
    this.version++
    switch (change.kind) {
      case 'key':
        this.#forgetHash(change.key.id)
        this.#keys.set(change.key.id, change.key)
        this.#keyIds.set(change.key.hash, change.key.id)
        return
      case 'key_removed':
        this.#forgetHash(change.id)
        this.#keys.delete(change.id)
        for (const { id, apiKeyId } of this.#accessKeys.values()) if (apiKeyId === change.id) this.#forgetAccessKey(id)
        return
      case 'device': {
        const known = this.#devices.get(change.id)
        // Versions only rise: news that come out of order never bring an old token back.
        if (!known || known.tokenVersion < change.device.tokenVersion) this.#devices.set(change.id, change.device)
        return
      }
      case 'device_removed':
        this.#devices.delete(change.id)
        return
      case 'access_key':
        this.#forgetAccessKey(change.key.id)
        this.#accessKeys.set(change.key.id, change.key)
        this.#accessKeyIds.set(change.key.hash, change.key.id)
        return
      case 'access_key_removed':
        this.#forgetAccessKey(change.id)
    }
  }

  /** Forgets everything that is not there any more. */
  keepOnly(there: { keys: ReadonlySet<number>; devices: ReadonlySet<string>; accessKeys: ReadonlySet<string> }): void {
    for (const id of this.#keys.keys()) if (!there.keys.has(id)) this.apply({ kind: 'key_removed', id })
    for (const id of this.#devices.keys()) if (!there.devices.has(id)) this.apply({ kind: 'device_removed', id })
    for (const id of this.#accessKeys.keys())
      if (!there.accessKeys.has(id)) this.apply({ kind: 'access_key_removed', id })
  }

  #forgetAccessKey(id: string): void {
    this.#accessKeyIds.delete(this.#accessKeys.get(id)?.hash ?? '')
    this.#accessKeys.delete(id)
  }

  #forgetHash(keyId: number): void {
    this.#keyIds.delete(this.#keys.get(keyId)?.hash ?? '')
  }
}

const keyColumns = ['id', 'key_hash', 'is_active', 'rate_limit_per_hour'] as const
const deviceColumns = [
  'id',
  'api_key_id as apiKeyId',
  'token_version as tokenVersion',
  'secret_hash as secretHash',
] as const

/** Reads everything: at the start, and when it is not known what has changed. */
export async function loadTenantDirectory(
  database: Database,
  directory = new TenantDirectory(),
): Promise<TenantDirectory> {
  const { query } = database
  const keys = await query.selectFrom('api_key').select(keyColumns).execute()
  const devices = await query.selectFrom('device').select(deviceColumns).execute()
  const accessKeys = await allAccessKeys(database)
  directory.keepOnly({
    keys: new Set(keys.map(({ id }) => id)),
    devices: new Set(devices.map(({ id }) => id)),
    accessKeys: new Set(accessKeys.map(({ id }) => id)),
  })
  for (const row of keys) directory.apply({ kind: 'key', key: toKnownKey(row) })
  for (const row of devices) directory.apply({ kind: 'device', id: row.id, device: toKnownDevice(row) })
  for (const row of accessKeys) directory.apply({ kind: 'access_key', key: toKnownAccessKey(row) })
  return directory
}

/** Reads one of them again. */
export async function readAgain(
  database: Database,
  kind: string,
  target: string,
): Promise<DirectoryChange | undefined> {
  const { query } = database
  if (kind === 'api_key') {
    const id = Number(target)
    const row = await query.selectFrom('api_key').select(keyColumns).where('id', '=', id).executeTakeFirst()
    return row ? { kind: 'key', key: toKnownKey(row) } : { kind: 'key_removed', id }
  }
  if (kind === 'device') {
    const row = await query.selectFrom('device').select(deviceColumns).where('id', '=', target).executeTakeFirst()
    return row ? { kind: 'device', id: target, device: toKnownDevice(row) } : { kind: 'device_removed', id: target }
  }
  if (kind === 'access_key') {
    const row = await query.selectFrom('access_key').selectAll().where('id', '=', target).executeTakeFirst()
    return row ? { kind: 'access_key', key: toKnownAccessKey(row) } : { kind: 'access_key_removed', id: target }
  }
  return undefined
}

export const toKnownKey = (row: {
  id: number
  key_hash: Uint8Array
  is_active: number
  rate_limit_per_hour: number
}): KnownKey => ({
  id: row.id,
  hash: Buffer.from(row.key_hash).toString('hex'),
  isActive: row.is_active === 1,
  requestsPerHour: row.rate_limit_per_hour,
})

export const toKnownDevice = ({ apiKeyId, tokenVersion, secretHash }: KnownDevice): KnownDevice => ({
  apiKeyId,
  tokenVersion,
  // In memory of its own: what a driver gives may be a view of a whole answer.
  secretHash: Uint8Array.from(secretHash),
})
