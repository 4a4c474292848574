import { sql } from 'kysely'
import { AppError } from '../errors/app-error.ts'
import type { Database, Statement } from './database.ts'
import { apiKeyOf, type Scope } from './scope.ts'

export interface StoredWebhook {
  readonly id: number
  readonly scope: Scope
  /** Null for a webhook of an API key. */
  readonly deviceId: string | null
  /** The tenant: the API key, or the owner of the device. */
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
  readonly scope: Scope
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

/** The `webhook` table and its filters. Every method asks for the scope too, so that no id of another tenant ever matches. */
export class WebhookStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Makes a webhook unless the scope has `limit` of them. @throws AppError webhook_limit_reached | device_not_found | unauthorized */
  async create(webhook: NewWebhook, limit: number, at: number): Promise<number> {
    const { query } = this.#database
    const { scope, url, secretSealed } = webhook
    const apiKeyId = apiKeyOf(scope)
    const isDevice = apiKeyId === undefined
    const exists = isDevice ? sql`device where id = ${scope}` : sql`api_key where id = ${apiKeyId}`
    const insert = sql`insert into webhook
      (scope, device_id, api_key_id, url, secret_sealed, all_events, active, created_at, updated_at)
      select ${scope}, ${isDevice ? scope : null}, ${apiKeyId ?? null}, ${url}, ${secretSealed},
        ${webhook.events.length === 0 ? 1 : 0}, ${webhook.active ? 1 : 0}, ${at}, ${at}
      from ${exists} and (select count(*) from webhook where scope = ${scope}) < ${limit}
      returning id`.compile(query)
    const results = await this.#database.commit([
      this.#lock(scope),
      { query: insert, orElse: () => new AppError('webhook_limit_reached') },
      ...webhook.events.map((type) => ({
        // The newest of the scope is the one just made: nobody else can make one while its row is locked.
        query: sql`insert into webhook_event (webhook_id, event_type)
          select max(id), ${type} from webhook where scope = ${scope}`.compile(query),
      })),
    ])
    return Number(results[1]?.rows[0]?.['id'])
  }

  /** @throws AppError webhook_not_found */
  async update(scope: Scope, id: number, change: WebhookChange, at: number): Promise<void> {
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
      .where('scope', '=', scope)
    await this.#database.commit([
      this.#lock(scope),
      { query: update.compile(), orElse: missing },
      ...(events ? this.#replaceFilter(id, events) : []),
    ])
  }

  /** @throws AppError webhook_not_found */
  async rotateSecret(scope: Scope, id: number, sealed: Uint8Array, previousUntil: number, at: number): Promise<void> {
    const update = sql`update webhook set previous_secret_sealed = secret_sealed, previous_secret_until = ${previousUntil},
      secret_sealed = ${sealed}, updated_at = ${at} where id = ${id} and scope = ${scope}`
    await this.#database.commit([{ query: update.compile(this.#database.query), orElse: missing }])
  }

  /** Removes the webhook with its deliveries. @throws AppError webhook_not_found */
  async remove(scope: Scope, id: number): Promise<void> {
    const remove = this.#database.query.deleteFrom('webhook').where('id', '=', id).where('scope', '=', scope)
    await this.#database.commit([this.#lock(scope), { query: remove.compile(), orElse: missing }])
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

  async list(scope: Scope): Promise<StoredWebhook[]> {
    const { query } = this.#database
    const rows = await query
      .selectFrom('webhook')
      .leftJoin('device', 'device.id', 'webhook.device_id')
      .selectAll('webhook')
      .select('device.api_key_id as key_of_device')
      .where('webhook.scope', '=', scope)
      .orderBy('webhook.id')
      .execute()
    const filters = await query
      .selectFrom('webhook_event')
      .innerJoin('webhook', 'webhook.id', 'webhook_event.webhook_id')
      .select(['webhook_id', 'event_type'])
      .where('scope', '=', scope)
      .orderBy('event_type')
      .execute()
    return rows.map((row) => ({
      id: Number(row.id),
      scope: row.scope,
      deviceId: row.device_id,
      apiKeyId: Number(row.api_key_id ?? row.key_of_device),
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

  /** The API key of a device; undefined when the device is gone. */
  async apiKeyOf(deviceId: string): Promise<number | undefined> {
    const { query } = this.#database
    const row = await query.selectFrom('device').select('api_key_id').where('id', '=', deviceId).executeTakeFirst()
    return row && Number(row.api_key_id)
  }

  /** The oldest device of an API key; undefined when it has none. */
  async firstDevice(apiKeyId: number): Promise<string | undefined> {
    const { query } = this.#database
    const ofKey = query.selectFrom('device').select('id').where('api_key_id', '=', apiKeyId)
    return (await ofKey.orderBy('created_at').limit(1).executeTakeFirst())?.id
  }

  /** Holds the row of the scope until the unit ends, so that limits hold. Appending an event holds the device's row too: what the unit changes and what events
   *  are planned for cannot cross. A webhook of an API key is held by whoever plans for it. */
  #lock(scope: Scope): Statement {
    const apiKeyId = apiKeyOf(scope)
    const touch =
      apiKeyId === undefined
        ? sql`update device set event_seq = event_seq where id = ${scope}`
        : sql`update api_key set is_active = is_active where id = ${apiKeyId}`
    const missing = apiKeyId === undefined ? 'device_not_found' : 'unauthorized'
    return { query: touch.compile(this.#database.query), orElse: () => new AppError(missing) }
  }

  #replaceFilter(id: number, events: readonly string[]): Statement[] {
    const { query } = this.#database
    const clear = { query: query.deleteFrom('webhook_event').where('webhook_id', '=', id).compile() }
    if (events.length === 0) return [clear]
    const rows = events.map((event_type) => ({ webhook_id: id, event_type }))
    return [clear, { query: query.insertInto('webhook_event').values(rows).compile() }]
  }
}
