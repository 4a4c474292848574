import { AppError } from '../errors/app-error.ts'
import { noteChange } from '../observe/note-change.ts'
import {
  countApiKeys,
  deleteApiKey,
  findApiKey,
  insertApiKey,
  listApiKeys,
  type StoredApiKey,
  updateApiKey,
} from '../storage/api-key-store.ts'
import type { Database } from '../storage/database.ts'
import type { ConsoleSessions } from './console-sessions.ts'
import { type TenantDirectory, toKnownKey } from './directory.ts'
import { createApiKeyText, keptOfApiKey } from './secrets.ts'

export type { StoredApiKey }

export interface NewApiKey {
  readonly customerName: string
  readonly customerEmail?: string | null | undefined
  readonly customerPhone?: string | null | undefined
  readonly maxDevices: number
  /** 0: no limit. */
  readonly requestsPerHour: number
}

export type ApiKeyChange = { readonly [Field in keyof NewApiKey]?: NewApiKey[Field] | undefined } & {
  readonly isActive?: boolean | undefined
}

/** API keys as the operator manages them. Every change is durable, noted in the audit, and counts from the next request on. */
export interface ApiKeys {
  /** `text` is the key itself: it is kept nowhere and cannot be shown again. */
  create(key: NewApiKey): Promise<{ id: number; text: string }>
  /** Another text for the same key; the old one is refused from the next request on, tokens of devices stay. @throws AppError api_key_not_found */
  rotate(id: number): Promise<string>
  /** @throws AppError api_key_not_found */
  update(id: number, change: ApiKeyChange): Promise<void>
  /** @throws AppError api_key_not_found */
  get(id: number): Promise<StoredApiKey>
  list(page?: { after?: number; limit?: number }): Promise<StoredApiKey[]>
  counts(): Promise<{ total: number; active: number }>
  /** Switches the key off at once, ends each of its devices by `removeDevice`, then deletes the key. @throws AppError api_key_not_found */
  delete(id: number, removeDevice: (deviceId: string) => Promise<void>): Promise<void>
}

interface Dependencies {
  readonly database: Database
  readonly directory: TenantDirectory
  readonly now: () => number
  readonly deviceIds: (apiKeyId: number) => Promise<string[]>
  readonly consoleSessions: Pick<ConsoleSessions, 'endOfKey'>
}

const missing = () => new AppError('api_key_not_found')

const removedAtOnce = 8

/** Each removal may wait for WhatsApp, so some run at once; one that somebody else has finished is fine. */
async function removeAll(deviceIds: readonly string[], remove: (deviceId: string) => Promise<void>): Promise<void> {
  for (let from = 0; from < deviceIds.length; from += removedAtOnce) {
    const some = deviceIds.slice(from, from + removedAtOnce)
    const removed = some.map((deviceId) =>
      remove(deviceId).catch((error) => {
        if (!(error instanceof AppError && error.code === 'device_not_found')) throw error
      }),
    )
    await Promise.all(removed)
  }
}

class StoredApiKeys implements ApiKeys {
  readonly #database: Database
  readonly #directory: TenantDirectory
  readonly #now: () => number
  readonly #deviceIds: (apiKeyId: number) => Promise<string[]>
  readonly #consoleSessions: Dependencies['consoleSessions']

  constructor({ database, directory, now, deviceIds, consoleSessions }: Dependencies) {
    this.#database = database
    this.#directory = directory
    this.#now = now
    this.#deviceIds = deviceIds
    this.#consoleSessions = consoleSessions
  }

  async create(key: NewApiKey) {
    const text = createApiKeyText()
    const now = this.#now()
    const row = {
      ...keptOfApiKey(text),
      customer_name: key.customerName,
      customer_email: key.customerEmail ?? null,
      customer_phone: key.customerPhone ?? null,
      max_devices: key.maxDevices,
      rate_limit_per_hour: key.requestsPerHour,
      is_active: 1 as const,
      created_at: now,
      updated_at: now,
    }
    const [inserted] = await this.#database.commit([
      insertApiKey(this.#database, row),
      // The number is not known before; the prefix tells the keys apart.
      this.#audit('api_key.created', row.key_prefix, row.key_hash),
    ])
    const id = inserted!.rows[0]!['id'] as number
    this.#directory.apply({ kind: 'key', key: toKnownKey({ ...row, id }) })
    return { id, text }
  }

  async rotate(id: number) {
    const text = createApiKeyText()
    await this.#change(id, keptOfApiKey(text), 'api_key.rotated')
    return text
  }

  async update(id: number, change: ApiKeyChange) {
    const fields = {
      ...(change.customerName !== undefined && { customer_name: change.customerName }),
      ...(change.customerEmail !== undefined && { customer_email: change.customerEmail }),
      ...(change.customerPhone !== undefined && { customer_phone: change.customerPhone }),
      ...(change.maxDevices !== undefined && { max_devices: change.maxDevices }),
      ...(change.requestsPerHour !== undefined && { rate_limit_per_hour: change.requestsPerHour }),
      ...(change.isActive !== undefined && { is_active: change.isActive ? (1 as const) : (0 as const) }),
    }
    await this.#change(id, fields, 'api_key.updated')
  }

  async #change(id: number, fields: Parameters<typeof updateApiKey>[2], action: string): Promise<void> {
    const updated = { ...fields, updated_at: this.#now() }
    // A session does not come back with a key that is switched on again.
    const ended = fields.is_active === 0 ? [this.#consoleSessions.endOfKey(id)] : []
    const [changed] = await this.#database.commit(
      [updateApiKey(this.#database, id, updated, missing), ...ended, this.#audit(action, String(id), id)],
      { lane: `key:${id}` },
    )
    const row = changed!.rows[0] as unknown as Parameters<typeof toKnownKey>[0]
    this.#directory.apply({ kind: 'key', key: toKnownKey(row) })
  }

  async get(id: number) {
    const row = await findApiKey(this.#database, id)
    if (!row) throw missing()
    return row
  }

  list(page?: { after?: number; limit?: number }) {
    return listApiKeys(this.#database, page)
  }

  counts() {
    return countApiKeys(this.#database)
  }

  async delete(id: number, removeDevice: (deviceId: string) => Promise<void>) {
    // From here on no device of it can be added or used, whatever happens below.
    await this.update(id, { isActive: false })
    await removeAll(await this.#deviceIds(id), removeDevice)
    await this.#database.commit([deleteApiKey(this.#database, id), this.#audit('api_key.deleted', String(id), id)], {
      lane: `key:${id}`,
    })
    this.#directory.apply({ kind: 'key_removed', id })
  }

  #audit(action: string, target: string, apiKeyId: number | Uint8Array) {
    return noteChange(this.#database, { action, target, apiKeyId, at: this.#now(), otherwise: 'admin' })
  }
}

export const createApiKeys = (dependencies: Dependencies): ApiKeys => new StoredApiKeys(dependencies)
