import { AppError } from '../errors/app-error.ts'
import { noteChange } from '../observe/note-change.ts'
import { insertApiKey } from '../storage/api-key-store.ts'
import { findKey, insertApiKeyWithId } from '../storage/import-store.ts'
import { createApiKeyText, keptOfApiKey, looksLikeApiKey } from '../tenants/secrets.ts'
import type { ImportParts, ImportWish } from './import-parts.ts'
import type { SourceTenant } from './moving-source.ts'

const enough = 1_000_000

/** Who the devices of a source belong to. */
export class TenantImport {
  readonly #parts: Pick<ImportParts, 'database' | 'handOut' | 'now'>
  readonly #wish: ImportWish
  /** Ids here, by those of the source. */
  readonly #ids = new Map<number, number>()
  #own: Promise<number> | undefined

  constructor(parts: Pick<ImportParts, 'database' | 'handOut' | 'now'>, wish: ImportWish) {
    this.#parts = parts
    this.#wish = wish
  }

  knows(sourceId: number): boolean {
    return this.#ids.has(sourceId)
  }

  /** Takes a customer over, with key and id where nobody else has it. @returns a line of the report */
  async take(tenant: SourceTenant): Promise<string> {
    const { database } = this.#parts
    const name = `  API key ${tenant.id} (${tenant.customerName})`
    if (!looksLikeApiKey(tenant.key)) return `${name}: left out, its text is none that this gateway takes`
    const kept = keptOfApiKey(tenant.key)
    const known = await findKey(database, { hash: kept.key_hash })
    if (known) {
      this.#ids.set(tenant.id, known.id)
      return `${name}: is here already`
    }
    const isFree = (await findKey(database, { id: tenant.id })) === undefined
    if (!this.#wish.write) this.#ids.set(tenant.id, tenant.id)
    else this.#ids.set(tenant.id, await this.#insert(tenant, kept, isFree))
    const outcome = this.#wish.write ? 'moved' : 'can be moved'
    return isFree ? `${name}: ${outcome}` : `${name}: ${outcome}, under another id, since this one is taken here`
  }

  /** The API key of a device here. @throws AppError api_key_not_found */
  async ownerOf(sourceId: number | undefined): Promise<number> {
    if (sourceId !== undefined) return this.#ids.get(sourceId)!
    this.#own ??= this.#wish.apiKeyId === undefined ? this.#create() : this.#given(this.#wish.apiKeyId)
    return this.#own
  }

  async #given(id: number): Promise<number> {
    const known = await findKey(this.#parts.database, { id })
    if (!known) throw new AppError('api_key_not_found', `There is no API key ${id}`)
    return id
  }

  async #create(): Promise<number> {
    const { database, handOut, now } = this.#parts
    const text = createApiKeyText()
    handOut.add({ api_key: text })
    const at = now()
    const row = { ...keptOfApiKey(text), customer_name: 'Moved here', customer_email: null, customer_phone: null }
    const limits = { max_devices: enough, rate_limit_per_hour: 0, is_active: 1 as const }
    const [inserted] = await database.commit([
      insertApiKey(database, { ...row, ...limits, created_at: at, updated_at: at }),
      this.#note('api_key.created', row.key_prefix, row.key_hash, at),
    ])
    return Number(inserted!.rows[0]!['id'])
  }

  async #insert(tenant: SourceTenant, kept: ReturnType<typeof keptOfApiKey>, isFree: boolean): Promise<number> {
    const { database, now } = this.#parts
    const at = now()
    const row = {
      ...kept,
      customer_name: tenant.customerName,
      customer_email: tenant.customerEmail,
      customer_phone: tenant.customerPhone,
      max_devices: tenant.maxDevices,
      rate_limit_per_hour: tenant.requestsPerHour,
      is_active: tenant.isActive ? (1 as const) : (0 as const),
      ...{ created_at: at, updated_at: at },
    }
    const insert = isFree ? insertApiKeyWithId(database, { ...row, id: tenant.id }) : [insertApiKey(database, row)]
    await database.commit([...insert, this.#note('api_key.imported', row.key_prefix, row.key_hash, at)])
    return (await findKey(database, { hash: kept.key_hash }))!.id
  }

  #note(action: string, target: string, apiKeyId: Uint8Array, at: number) {
    return noteChange(this.#parts.database, { action, target, apiKeyId, at, otherwise: 'system' })
  }
}
