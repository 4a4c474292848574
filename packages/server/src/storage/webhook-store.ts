import { sql } from 'kysely'
import { AppError } from '../errors/app-error.ts'
import type { Database, Statement } from './database.ts'

export interface StoredWebhook {
  readonly id: number
  readonly deviceId: string
  /** The tenant: owner of the device. */
  readonly apiKeyId: number
  readonly url: string
  readonly secretSealed: Uint8Array
  readonly previousSecretSealed: Uint8Array | null
  readonly previousSecretUntil: number | null
  /** Names of the filter; empty means all. */
  readonly events: readonly string[]
  readonly active: boolean
  readonly disabledReason: string | null
  readonly failingSince: number | null
  readonly createdAt: number
  readonly updatedAt: number
}

export interface NewWebhook {
  readonly deviceId: string
  readonly url: string
  readonly secretSealed: Uint8Array
  readonly events: readonly string[]
  readonly active: boolean
}

export interface WebhookChange {
  readonly url?: string
  readonly events?: readonly string[]
  readonly active?: boolean
}

const missing = () => new AppError('webhook_not_found')

/** The `webhook` table and its filters. Every method asks for the device too, so that no id of another tenant ever matches. */
export class WebhookStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Makes a webhook unless the device has `limit` of them. @throws AppError webhook_limit_reached | device_not_found */
  async create(webhook: NewWebhook, limit: number, at: number): Promise<number> {
    const { query } = this.#database
    const { deviceId, url, secretSealed } = webhook
    const insert = sql`insert into webhook (device_id, url, secret_sealed, all_events, active, created_at, updated_at)
      select ${deviceId}, ${url}, ${secretSealed}, ${webhook.events.length === 0 ? 1 : 0}, ${webhook.active ? 1 : 0}, ${at}, ${at}
      from device where id = ${deviceId} and (select count(*) from webhook where device_id = ${deviceId}) < ${limit}
      returning id`.compile(query)
    const results = await this.#database.commit([
      this.#lock(deviceId),
      { query: insert, orElse: () => new AppError('webhook_limit_reached') },
      ...webhook.events.map((type) => ({
        // The newest of the device is the one just made: nobody else can make one while its row is locked.
        query: sql`insert into webhook_event (webhook_id, event_type)
          select max(id), ${type} from webhook where device_id = ${deviceId}`.compile(query),
      })),
    ])
    return Number(results[1]?.rows[0]?.['id'])
  }

  /** @throws AppError webhook_not_found */
  async update(deviceId: string, id: number, change: WebhookChange, at: number): Promise<void> {
    const { query } = this.#database
    const { url, events, active } = change
    const update = query
      .updateTable('webhook')
      .set({
        updated_at: at,
        ...(url !== undefined && { url }),
        ...(events && { all_events: events.length === 0 ? 1 : 0 }),
        ...(active !== undefined && { active: active ? 1 : 0 }),
        // A person has looked at it: it gets its five days again.
        ...(active && { disabled_reason: null, failing_since: null }),
      })
      .where('id', '=', id)
      .where('device_id', '=', deviceId)
    await this.#database.commit([
      this.#lock(deviceId),
      { query: update.compile(), orElse: missing },
      ...(events ? this.#replaceFilter(id, events) : []),
    ])
  }

  /** @throws AppError webhook_not_found */
  async rotateSecret(
    deviceId: string,
    id: number,
    sealed: Uint8Array,
    previousUntil: number,
    at: number,
  ): Promise<void> {
    const update = sql`update webhook set previous_secret_sealed = secret_sealed, previous_secret_until = ${previousUntil},
      secret_sealed = ${sealed}, updated_at = ${at} where id = ${id} and device_id = ${deviceId}`
    await this.#database.commit([{ query: update.compile(this.#database.query), orElse: missing }])
  }

  /** Removes the webhook with its deliveries. @throws AppError webhook_not_found */
  async remove(deviceId: string, id: number): Promise<void> {
    const remove = this.#database.query.deleteFrom('webhook').where('id', '=', id).where('device_id', '=', deviceId)
    await this.#database.commit([this.#lock(deviceId), { query: remove.compile(), orElse: missing }])
  }

  /** Switches it off for a reason that its owner must see. */
  disable(id: number, reason: string, at: number): Statement {
    const update = this.#database.query
      .updateTable('webhook')
      .set({ active: 0, disabled_reason: reason, updated_at: at })
      .where('id', '=', id)
      .where('active', '=', 1)
    return { query: update.compile() }
  }

  setFailingSince(id: number, since: number | null): Statement {
    const update = this.#database.query.updateTable('webhook').set({ failing_since: since }).where('id', '=', id)
    return { query: update.compile() }
  }

  async list(deviceId: string): Promise<StoredWebhook[]> {
    const { query } = this.#database
    const rows = await query
      .selectFrom('webhook')
      .innerJoin('device', 'device.id', 'webhook.device_id')
      .selectAll('webhook')
      .select('device.api_key_id')
      .where('webhook.device_id', '=', deviceId)
      .orderBy('webhook.id')
      .execute()
    const filters = await query
      .selectFrom('webhook_event')
      .innerJoin('webhook', 'webhook.id', 'webhook_event.webhook_id')
      .select(['webhook_id', 'event_type'])
      .where('device_id', '=', deviceId)
      .orderBy('event_type')
      .execute()
    return rows.map((row) => ({
      id: Number(row.id),
      deviceId: row.device_id,
      apiKeyId: Number(row.api_key_id),
      url: row.url,
      secretSealed: row.secret_sealed,
      previousSecretSealed: row.previous_secret_sealed,
      previousSecretUntil: row.previous_secret_until === null ? null : Number(row.previous_secret_until),
      events: filters.filter(({ webhook_id }) => Number(webhook_id) === Number(row.id)).map((row) => row.event_type),
      active: row.active === 1,
      disabledReason: row.disabled_reason,
      failingSince: row.failing_since === null ? null : Number(row.failing_since),
      createdAt: Number(row.created_at),
      updatedAt: Number(row.updated_at),
    }))
  }

  async counts(): Promise<{ total: number; active: number }> {
    const row = await this.#database.query
      .selectFrom('webhook')
      .select(({ fn }) => [fn.countAll().as('total'), fn.sum('active').as('active')])
      .executeTakeFirst()
    return { total: Number(row?.total ?? 0), active: Number(row?.active ?? 0) }
  }

  /** Holds the device's row until the unit ends, as appending an event does: what the unit changes and what events are planned for cannot cross. */
  #lock(deviceId: string): Statement {
    const touch = sql`update device set event_seq = event_seq where id = ${deviceId}`
    return { query: touch.compile(this.#database.query), orElse: () => new AppError('device_not_found') }
  }

  #replaceFilter(id: number, events: readonly string[]): Statement[] {
    const { query } = this.#database
    const clear = { query: query.deleteFrom('webhook_event').where('webhook_id', '=', id).compile() }
    if (events.length === 0) return [clear]
    const rows = events.map((event_type) => ({ webhook_id: id, event_type }))
    return [clear, { query: query.insertInto('webhook_event').values(rows).compile() }]
  }
}
