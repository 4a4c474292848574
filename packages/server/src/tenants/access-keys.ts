import { randomBytes } from 'node:crypto'
import { parseNetwork } from '../config/networks.ts'
import { AppError } from '../errors/app-error.ts'
import { refusedField } from '../errors/refused-field.ts'
import { noteChange } from '../observe/note-change.ts'
import {
  deleteAccessKey,
  findAccessKey,
  insertAccessKey,
  listAccessKeys,
  noteAccessKeyUse,
  type StoredAccessKey,
  updateAccessKey,
} from '../storage/access-key-store.ts'
import type { Database, Statement } from '../storage/database.ts'
import type { TenantDirectory } from './directory.ts'
import { toKnownAccessKey } from './known-access-key.ts'
import type { AccessScope } from './scopes.ts'
import { createAccessKeyText, hashSecret } from './secrets.ts'

/** Access keys of one API key. */
export const mostAccessKeys = 100
/** How exactly it is known when one was used last. */
const useStepMs = 600_000

export interface AccessKey {
  readonly id: string
  readonly deviceId: string | null
  readonly label: string
  readonly suffix: string
  readonly scopes: readonly AccessScope[]
  readonly networks: readonly string[]
  readonly expiresAt: number | null
  readonly lastUsedAt: number | null
  readonly createdAt: number
  readonly updatedAt: number
}

export interface AccessKeyFields {
  readonly label: string
  readonly scopes: readonly AccessScope[]
  /** Addresses and ranges; empty: from anywhere. */
  readonly networks: readonly string[]
  readonly expiresAt: number | null
}

type Changes = { readonly [Field in keyof AccessKeyFields]?: AccessKeyFields[Field] | undefined }

interface Dependencies {
  readonly database: Database
  readonly directory: TenantDirectory
  readonly now: () => number
}

const missing = () => new AppError('access_key_not_found')

/** @throws AppError invalid_request */
const networksText = (networks: readonly string[]): string =>
  JSON.stringify(
    networks.map((text, index) => {
      const network = parseNetwork(text)
      if (network) return network
      throw refusedField(`body.networks.${index}`, 'takes an address, or a range such as 10.0.0.0/8')
    }),
  )

const columnsOf = ({ label, scopes, networks, expiresAt }: Changes) => ({
  ...(label !== undefined && { label }),
  ...(scopes !== undefined && { scopes: JSON.stringify([...new Set(scopes)].sort()) }),
  ...(networks !== undefined && { networks: networksText(networks) }),
  ...(expiresAt !== undefined && { expires_at: expiresAt }),
})

const secretColumns = (text: string) => ({ secret_hash: hashSecret(text), secret_suffix: text.slice(-4) })

const toAccessKey = (row: StoredAccessKey): AccessKey => ({
  id: row.id,
  deviceId: row.device_id,
  label: row.label,
  suffix: row.secret_suffix,
  scopes: JSON.parse(row.scopes),
  networks: JSON.parse(row.networks),
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** Credentials with less power than the API key that they belong to. Every change is durable, noted in the audit, and counts from the next request on. */
export class AccessKeys {
  readonly #dependencies: Dependencies
  /** When uses were noted, by id. */
  readonly #used = new Map<string, number>()

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies
  }

  /** @returns the secret too: it is kept nowhere. @throws AppError device_not_found | access_key_limit_reached | invalid_request */
  async create(apiKeyId: number, deviceId: string | null, fields: AccessKeyFields) {
    const { database, directory } = this.#dependencies
    if (deviceId !== null && directory.device(deviceId)?.apiKeyId !== apiKeyId) throw new AppError('device_not_found')
    if ((await listAccessKeys(database, apiKeyId)).length >= mostAccessKeys) {
      throw new AppError('access_key_limit_reached')
    }
    const secret = createAccessKeyText()
    const now = this.#dependencies.now()
    const row = {
      id: `ak_${randomBytes(12).toString('hex')}`,
      api_key_id: apiKeyId,
      device_id: deviceId,
      label: fields.label,
      scopes: '[]',
      networks: '[]',
      expires_at: null,
      ...columnsOf(fields),
      ...secretColumns(secret),
      created_at: now,
      updated_at: now,
    }
    await database.commit([insertAccessKey(database, row), this.#audit('access_key.created', row.id, apiKeyId)], {
      lane: `key:${apiKeyId}`,
    })
    directory.apply({ kind: 'access_key', key: toKnownAccessKey(row) })
    return { secret, key: toAccessKey({ ...row, last_used_at: null }) }
  }

  /** The oldest first. */
  async list(apiKeyId: number): Promise<AccessKey[]> {
    return (await listAccessKeys(this.#dependencies.database, apiKeyId)).map(toAccessKey)
  }

  /** @throws AppError access_key_not_found */
  async get(apiKeyId: number, id: string): Promise<AccessKey> {
    const row = await findAccessKey(this.#dependencies.database, { apiKeyId, id })
    if (!row) throw missing()
    return toAccessKey(row)
  }

  /** @throws AppError access_key_not_found | invalid_request */
  update(apiKeyId: number, id: string, change: Changes): Promise<AccessKey> {
    return this.#change(apiKeyId, id, columnsOf(change), this.#audit('access_key.updated', id, apiKeyId))
  }

  /** Another secret; the old one is refused from the next request on. @throws AppError access_key_not_found */
  async rotate(apiKeyId: number, id: string) {
    const secret = createAccessKeyText()
    const audit = this.#audit('access_key.rotated', id, apiKeyId)
    return { secret, key: await this.#change(apiKeyId, id, secretColumns(secret), audit) }
  }

  /** It is refused from the next request on. @throws AppError access_key_not_found */
  async delete(apiKeyId: number, id: string): Promise<void> {
    const { database, directory } = this.#dependencies
    const audit = this.#audit('access_key.deleted', id, apiKeyId)
    const unit = [deleteAccessKey(database, { apiKeyId, id }, missing), audit]
    await database.commit(unit, { lane: `key:${apiKeyId}` })
    directory.apply({ kind: 'access_key_removed', id })
    this.#used.delete(id)
  }

  /** Notes that it is used, now and then. That may be lost. */
  noteUse(id: string): void {
    const { database, now: clock } = this.#dependencies
    const now = clock()
    if (now - (this.#used.get(id) ?? Number.NEGATIVE_INFINITY) < useStepMs) return
    this.#used.set(id, now)
    database.commit([noteAccessKeyUse(database, id, now)]).catch(() => this.#used.delete(id))
  }

  async #change(
    apiKeyId: number,
    id: string,
    columns: Parameters<typeof updateAccessKey>[2],
    audit: Statement,
  ): Promise<AccessKey> {
    const { database, directory, now } = this.#dependencies
    const update = updateAccessKey(database, { apiKeyId, id }, { ...columns, updated_at: now() }, missing)
    const [changed] = await database.commit([update, audit], { lane: `key:${apiKeyId}` })
    const row = changed!.rows[0] as unknown as StoredAccessKey
    directory.apply({ kind: 'access_key', key: toKnownAccessKey(row) })
    return toAccessKey(row)
  }

  #audit(action: string, target: string, apiKeyId: number) {
    const { database, now } = this.#dependencies
    return noteChange(database, { action, target, apiKeyId, at: now(), otherwise: `key:${apiKeyId}` })
  }
}
