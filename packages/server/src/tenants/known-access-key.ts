import { networkTest, parseAddress } from '../config/networks.ts'
import type { StoredAccessKey } from '../storage/access-key-store.ts'
import type { AccessScope } from './scopes.ts'

/** What must be known of an access key at once. */
export interface KnownAccessKey {
  readonly id: string
  /** SHA-256 of the secret, hex. */
  readonly hash: string
  readonly apiKeyId: number
  /** The only device that it is for. */
  readonly deviceId: string | null
  readonly scopes: readonly AccessScope[]
  /** Whether it may come from this address. */
  readonly takes: (address: string | undefined) => boolean
  /** Infinite where nothing is said. */
  readonly expiresAt: number
}

const anywhere = () => true

const takesFrom = (networks: readonly string[]): KnownAccessKey['takes'] => {
  if (networks.length === 0) return anywhere
  const isIn = networkTest(networks)
  return (address) => {
    const parsed = address === undefined ? undefined : parseAddress(address)
    return parsed !== undefined && isIn(parsed)
  }
}

type Row = Pick<
  StoredAccessKey,
  'id' | 'secret_hash' | 'api_key_id' | 'device_id' | 'scopes' | 'networks' | 'expires_at'
>

export const toKnownAccessKey = (row: Row): KnownAccessKey => ({
  id: row.id,
  hash: Buffer.from(row.secret_hash).toString('hex'),
  apiKeyId: row.api_key_id,
  deviceId: row.device_id,
  scopes: JSON.parse(row.scopes),
  takes: takesFrom(JSON.parse(row.networks)),
  expiresAt: row.expires_at ?? Number.POSITIVE_INFINITY,
})
