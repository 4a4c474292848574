import { randomUUID } from 'node:crypto'
import { AppError } from '../errors/app-error.ts'
import { noteChange } from '../observe/note-change.ts'
import type { Database, Statement } from '../storage/database.ts'
import {
  countFoundDevices,
  type DeviceFilter,
  type DevicePlace,
  type DeviceSearch,
  type ListedDevice,
  searchDevices,
} from '../storage/device-list-store.ts'
import {
  countDevices,
  type DevicePage,
  type DeviceStatus,
  deleteDevice,
  findDevice,
  findDevicesNamed,
  findTokenSource,
  insertDeviceWithinQuota,
  listDevices,
  raiseTokenVersion,
  type StoredDevice,
} from '../storage/device-store.ts'
import type { Keyring, Sealer } from '../storage/sealing/keyring.ts'
import { type KnownDevice, type TenantDirectory, toKnownDevice } from './directory.ts'
import type { AdminPrincipal, ApiKeyPrincipal } from './principals.ts'
import { createDeviceSecret, hashSecret, secretMatches } from './secrets.ts'
import type { Tokens } from './tokens.ts'

export type { DeviceFilter, DevicePage, DevicePlace, DeviceSearch, DeviceStatus, ListedDevice, StoredDevice }

/** Who may end a device: the operator, or the customer who owns its key. */
export type Owner = Pick<AdminPrincipal, 'kind'> | Pick<ApiKeyPrincipal, 'kind' | 'apiKeyId'>

/** Devices as their owners and the operator manage them. Every change is durable, noted in the audit, and counts from the next request on. */
export interface Devices {
  /** `secret` is kept nowhere and cannot be shown again. @param more what is made together with it, in one unit
   *  @throws AppError quota_exceeded | unauthorized, and what `more` throws */
  create(
    apiKeyId: number,
    name: string,
    more?: (made: { readonly id: string; readonly sealer: Sealer }) => Promise<readonly Statement[]>,
  ): Promise<{ id: string; secret: string; token: string }>
  /** Whether this is the secret of a device that is there. Known without the database: guessing causes no queries. */
  isSecret(id: string, secret: string): boolean
  /** The API key that a device belongs to, known without the database. */
  apiKeyOf(id: string): number | undefined
  /** A new token; every older one of the device stops at once. @throws AppError unauthorized when the pair does not match */
  createToken(id: string, secret: string): Promise<string>
  /** @throws AppError device_not_found */
  get(id: string): Promise<StoredDevice>
  /** The devices of an API key with this name or id, two at most. */
  named(apiKeyId: number, name: string): Promise<{ readonly id: string; readonly name: string }[]>
  /** Newest first. */
  list(page?: DevicePage): Promise<StoredDevice[]>
  /** A page of a table of devices. */
  search(search: DeviceSearch): Promise<ListedDevice[]>
  /** How many devices a filter lets through. */
  countFound(filter: DeviceFilter): Promise<number>
  /** Numbers by stored status, of all or of one API key; a status that no device has is absent. */
  counts(apiKeyId?: number): Promise<Partial<Record<DeviceStatus, number>>>
  /** Refuses the device's token at once, ends its session by `endSession`, then deletes all that is the device's. @throws AppError device_not_found, also for a device of another key */
  delete(id: string, endSession: (id: string) => Promise<void>, by?: Owner): Promise<void>
}

interface Dependencies {
  readonly database: Database
  readonly directory: TenantDirectory
  readonly keyring: Keyring
  readonly tokens: Tokens
  readonly now: () => number
}

const mismatch = () => new AppError('unauthorized', 'device_id and device_secret do not belong together')
const missing = () => new AppError('device_not_found')
const nobodysHash = new Uint8Array(32)

class StoredDevices implements Devices {
  readonly #database: Database
  readonly #directory: TenantDirectory
  readonly #keyring: Keyring
  readonly #tokens: Tokens
  readonly #now: () => number

  constructor({ database, directory, keyring, tokens, now }: Dependencies) {
    this.#database = database
    this.#directory = directory
    this.#keyring = keyring
    this.#tokens = tokens
    this.#now = now
  }

  async create(apiKeyId: number, name: string, more: Parameters<Devices['create']>[2] = async () => []) {
    const id = randomUUID()
    const dataKey = this.#keyring.createDataKey(id)
    const secret = createDeviceSecret()
    const now = this.#now()
    const row = {
      id,
      api_key_id: apiKeyId,
      name,
      secret_hash: hashSecret(secret),
      token_version: 1,
      status: 'pending' as const,
      state: 'idle',
      data_key_sealed: dataKey,
      created_at: now,
      updated_at: now,
    }
    const refusals = {
      inactive: () => new AppError('unauthorized', 'The API key is switched off'),
      full: () => new AppError('quota_exceeded'),
    }
    await this.#database.commit(
      [
        ...insertDeviceWithinQuota(this.#database, row, refusals),
        this.#audit(`key:${apiKeyId}`, 'device.created', id, apiKeyId),
        ...(await more({ id, sealer: this.#keyring.withDataKey(id, dataKey) })),
      ],
      { lane: `key:${apiKeyId}` },
    )
    this.#directory.apply({ kind: 'device', id, device: { apiKeyId, tokenVersion: 1, secretHash: row.secret_hash } })
    return { id, secret, token: this.#tokens.create({ id, apiKeyId, jid: null, version: 1 }) }
  }

  isSecret(id: string, secret: string) {
    // Compared in any case, so that the time does not tell which devices exist.
    const known = this.#directory.device(id)
    return secretMatches(secret, known?.secretHash ?? nobodysHash) && known !== undefined
  }

  apiKeyOf(id: string) {
    return this.#directory.device(id)?.apiKeyId
  }

  async createToken(id: string, secret: string) {
    const known = this.isSecret(id, secret) ? this.#directory.device(id) : undefined
    const source = known && (await findTokenSource(this.#database, id))
    if (!known || !source) throw mismatch()
    const { apiKeyId } = known
    if (!this.#directory.key(apiKeyId)?.isActive) throw new AppError('unauthorized', 'The API key is switched off')
    const now = this.#now()
    const [raised] = await this.#database.commit(
      [
        raiseTokenVersion(this.#database, id, now, mismatch),
        this.#audit(`device:${id}`, 'device.token_regenerated', id),
      ],
      { lane: id, anywhere: true },
    )
    const version = raised!.rows[0]!['token_version'] as number
    if (this.#directory.device(id)) {
      this.#directory.apply({ kind: 'device', id, device: { ...known, tokenVersion: version } })
    }
    return this.#tokens.create({ id, apiKeyId, jid: source.jid, version })
  }

  async get(id: string) {
    const row = await findDevice(this.#database, id)
    if (!row) throw missing()
    return row
  }

  named(apiKeyId: number, name: string) {
    return findDevicesNamed(this.#database, apiKeyId, name)
  }

  list(page?: DevicePage) {
    return listDevices(this.#database, page)
  }

  search(search: DeviceSearch) {
    return searchDevices(this.#database, search)
  }

  countFound(filter: DeviceFilter) {
    return countFoundDevices(this.#database, filter)
  }

  counts(apiKeyId?: number) {
    return countDevices(this.#database, apiKeyId)
  }

  async delete(id: string, endSession: (id: string) => Promise<void>, by: Owner = { kind: 'admin' }) {
    const known = this.#directory.device(id)
    if (!known || (by.kind === 'api_key' && known.apiKeyId !== by.apiKeyId)) throw missing()
    const actor = by.kind === 'admin' ? 'admin' : `key:${by.apiKeyId}`
    this.#directory.apply({ kind: 'device_removed', id })
    try {
      await endSession(id)
      await this.#database.commit(
        [...deleteDevice(this.#database, id, missing), this.#audit(actor, 'device.deleted', id, known.apiKeyId)],
        { lane: id, anywhere: true },
      )
    } catch (error) {
      await this.#knowAgain(id, known)
      throw error
    }
    this.#keyring.forget(id)
    this.#database.content.forget(id)
  }

  /** A device that could not be deleted can be used, and deleted, again. */
  async #knowAgain(id: string, known: KnownDevice): Promise<void> {
    const row = await findTokenSource(this.#database, id).catch(() => 'not answered' as const)
    if (!row) return
    const device = row === 'not answered' ? known : toKnownDevice(row)
    this.#directory.apply({ kind: 'device', id, device })
  }

  #audit(otherwise: string, action: string, target: string, apiKeyId?: number) {
    return noteChange(this.#database, { otherwise, action, target, apiKeyId, at: this.#now() })
  }
}

export const createDevices = (dependencies: Dependencies): Devices => new StoredDevices(dependencies)
