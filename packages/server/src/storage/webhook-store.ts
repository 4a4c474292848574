import { type Selectable, sql } from 'kysely'
import { AppError } from '../errors/app-error.ts'
import type { Database, Statement } from './database.ts'
import { filterEvents, filterText } from './delivery-spans.ts'
import { perDatabase } from './per-database.ts'
import { prepare } from './prepare.ts'
import type { WebhookTable } from './schema.ts'
import { apiKeyOf, type Scope } from './scope.ts'
import { WebhookSpans } from './webhook-spans.ts'

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
  /** The form in which it gets events; null: our own. */
  readonly format: string | null
  readonly formatSealed: Uint8Array | null
  readonly createdAt: number
  readonly updatedAt: number
}

type WebhookRow = Selectable<WebhookTable> & { readonly key_of_device: number | null }

const preparedList = perDatabase(({ query }) =>
  prepare<{ scope: Scope }>(query, (value) =>
    query
      .selectFrom('webhook')
      .leftJoin('device', 'device.id', 'webhook.device_id')
      .selectAll('webhook')
      .select('device.api_key_id as key_of_device')
      .where('webhook.scope', '=', value('scope'))
      .orderBy('webhook.id'),
  ),
)

const preparedOwner = perDatabase(({ query }) =>
  prepare<{ deviceId: string }>(query, (value) =>
    query.selectFrom('device').select('api_key_id').where('id', '=', value('deviceId')),
  ),
)

export interface NewWebhook {
  readonly scope: Scope
  readonly url: string
  readonly secretSealed: Uint8Array
  readonly events: readonly string[]
  readonly active: boolean
  /** What is known of its form, sealed. */
  readonly format?: { readonly kind: string; readonly sealed: Uint8Array }
}

export interface WebhookChange {
  readonly url?: string
  readonly events?: readonly string[]
  readonly active?: boolean
  /** What its form needs to know, with its secret. */
  readonly formed?: { readonly formatSealed: Uint8Array; readonly secretSealed: Uint8Array }
}

/** What becomes of the webhooks of one form, planned by what was read of them. */
export interface FormedChanges {
  readonly kind: string
  /** What was read. */
  readonly read: readonly Pick<StoredWebhook, 'id' | 'updatedAt'>[]
  readonly removed: readonly number[]
  readonly updated: readonly { readonly id: number; readonly change: WebhookChange }[]
  readonly created: readonly NewWebhook[]
}

/** Somebody else changed what a change was planned by: read it again. */
export class ChangedMeanwhile extends Error {}

const missing = () => new AppError('webhook_not_found')

/** The `webhook` table, and the spans of the event log that a webhook gets because of what it is. What is noted about a change is written with it. Every method asks for the scope too, so that no id of
 *  another tenant ever matches. */
export class WebhookStore {
  readonly #database: Database
  /** Whether deliveries are made at all: while they are not, no webhook is open. */
  readonly #enabled: boolean
  readonly #spans: WebhookSpans

  constructor(database: Database, enabled = true) {
    this.#database = database
    this.#spans = new WebhookSpans(database)
    this.#enabled = enabled
  }

  /** Brings webhooks in line with whether deliveries are made. What happens while they are not is for none. */
  async openAll(): Promise<void> {
    const isWrong = this.#enabled ? sql`w.active = 1 and w.open = 0` : sql`w.open = 1`
    const wrong = sql`select 1 from webhook w where ${isWrong} limit 1`
    if ((await wrong.execute(this.#database.query)).rows.length === 0) return
    await this.#database.commit(this.#enabled ? this.#spans.open(isWrong) : this.#spans.close(isWrong))
  }

  /** Makes a webhook unless the scope has `limit` of them. @throws AppError webhook_limit_reached | device_not_found | unauthorized */
  async create(webhook: NewWebhook, limit: number, at: number, noted: readonly Statement[] = []): Promise<number> {
    const results = await this.#database.commit([
      this.#lock(webhook.scope),
      ...this.#creating(webhook, limit, at),
      ...noted,
    ])
    return Number(results[1]?.rows[0]?.['id'])
  }

  /** What happened before it is for the webhook as it was. @throws AppError webhook_not_found */
  async update(
    scope: Scope,
    id: number,
    change: WebhookChange,
    at: number,
    noted: readonly Statement[] = [],
  ): Promise<void> {
    await this.#database.commit([this.#lock(scope), ...this.#updating(scope, id, change, at), ...noted])
  }

  /** @throws AppError webhook_not_found */
  async rotateSecret(
    scope: Scope,
    id: number,
    { sealed, previousUntil, at }: { sealed: Uint8Array; previousUntil: number; at: number },
    noted: readonly Statement[] = [],
  ): Promise<void> {
    const update = sql`update webhook set previous_secret_sealed = secret_sealed, previous_secret_until = ${previousUntil},
      secret_sealed = ${sealed}, updated_at = ${at} where id = ${id} and scope = ${scope}`
    await this.#database.commit([{ query: update.compile(this.#database.query), orElse: missing }, ...noted])
  }

  /** Removes the webhook with its deliveries. @throws AppError webhook_not_found */
  async remove(scope: Scope, id: number, noted: readonly Statement[] = []): Promise<void> {
    await this.#database.commit([this.#lock(scope), this.#removing(scope, id), ...noted])
  }

  /** Webhooks of a device that the same unit makes. */
  ofNewDevice(
    created: readonly NewWebhook[],
    { limit, at }: { readonly limit: number; readonly at: number },
  ): Statement[] {
    return created.flatMap((webhook) => this.#creating(webhook, limit, at))
  }

  /** All of it or nothing, in one unit. @throws ChangedMeanwhile, AppError webhook_limit_reached | device_not_found | unauthorized */
  async changeFormed(
    scope: Scope,
    { kind, read, removed, updated, created }: FormedChanges,
    { limit, at, noted }: { readonly limit: number; readonly at: number; readonly noted: readonly Statement[] },
  ): Promise<void> {
    await this.#database.commit([
      this.#lock(scope),
      this.#stillAsRead(scope, kind, read),
      // What goes makes room for what comes.
      ...removed.map((id) => this.#removing(scope, id)),
      ...updated.flatMap(({ id, change }) => this.#updating(scope, id, change, at)),
      ...created.flatMap((webhook) => this.#creating(webhook, limit, at)),
      ...noted,
    ])
  }

  /** Switches it off for a reason that its owner must see. */
  disable(id: number, reason: string, at: number): Statement[] {
    const update = this.#database.query
      .updateTable('webhook')
      .set({ active: 0, disabled_reason: reason, updated_at: at })
      .where('id', '=', id)
      .where('active', '=', 1)
    return [...this.#spans.close(sql`w.id = ${id}`), { query: update.compile() }]
  }

  setFailingSince(id: number, since: number | null): Statement {
    const update = this.#database.query.updateTable('webhook').set({ failing_since: since }).where('id', '=', id)
    return { query: update.compile() }
  }

  async list(scope: Scope): Promise<StoredWebhook[]> {
    const { query } = this.#database
    const { rows } = await query.executeQuery<WebhookRow>(preparedList(this.#database)({ scope }))
    return rows.map((row) => ({
      id: Number(row.id),
      scope: row.scope,
      deviceId: row.device_id,
      apiKeyId: Number(row.api_key_id ?? row.key_of_device),
      url: row.url,
      secretSealed: row.secret_sealed,
      previousSecretSealed: row.previous_secret_sealed,
      previousSecretUntil: row.previous_secret_until === null ? null : Number(row.previous_secret_until),
      events: filterEvents(row.filter),
      active: row.active === 1,
      disabledReason: row.disabled_reason,
      failingSince: row.failing_since === null ? null : Number(row.failing_since),
      format: row.format,
      formatSealed: row.format_sealed,
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
    const statement = preparedOwner(this.#database)({ deviceId })
    const [row] = (await this.#database.query.executeQuery<{ api_key_id: number }>(statement)).rows
    return row && Number(row.api_key_id)
  }

  /** The oldest device of an API key; undefined when it has none. */
  async firstDevice(apiKeyId: number): Promise<string | undefined> {
    const { query } = this.#database
    const ofKey = query.selectFrom('device').select('id').where('api_key_id', '=', apiKeyId)
    return (await ofKey.orderBy('created_at').limit(1).executeTakeFirst())?.id
  }

  #creating(webhook: NewWebhook, limit: number, at: number): Statement[] {
    const { scope, url, secretSealed, format } = webhook
    const apiKeyId = apiKeyOf(scope)
    const isDevice = apiKeyId === undefined
    const exists = isDevice ? sql`device where id = ${scope}` : sql`api_key where id = ${apiKeyId}`
    const insert = sql`insert into webhook
      (scope, device_id, api_key_id, url, secret_sealed, filter, active, format, format_sealed, created_at, updated_at)
      select ${scope}, ${isDevice ? scope : null}, ${apiKeyId ?? null}, ${url}, ${secretSealed},
        ${filterText(webhook.events)}, ${webhook.active ? 1 : 0},
        ${format?.kind ?? null}, ${format?.sealed ?? null}, ${at}, ${at}
      from ${exists} and (select count(*) from webhook where scope = ${scope}) < ${limit}
      returning id`.compile(this.#database.query)
    // The newest of the scope is the one just made: nobody else can make one while its row is locked.
    const isNew = sql`w.id = (select max(id) from webhook where scope = ${scope})`
    return [
      { query: insert, orElse: () => new AppError('webhook_limit_reached') },
      ...(webhook.active && this.#enabled ? this.#spans.open(isNew) : []),
    ]
  }

  #updating(scope: Scope, id: number, change: WebhookChange, at: number): Statement[] {
    const { url, events, active, formed } = change
    const update = this.#database.query
      .updateTable('webhook')
      .set({
        updated_at: at,
        ...(url !== undefined && { url }),
        ...(events && { filter: filterText(events) }),
        ...(active !== undefined && { active: active ? 1 : 0 }),
        ...(formed && { format_sealed: formed.formatSealed, secret_sealed: formed.secretSealed }),
        // A person has looked at it: it gets its five days again.
        ...(active && { disabled_reason: null, failing_since: null }),
      })
      .where('id', '=', id)
      .where('scope', '=', scope)
    const isIt = sql`w.id = ${id} and w.scope = ${scope}`
    return [
      ...(events && active !== false ? this.#spans.cut(isIt) : []),
      ...(active === false ? this.#spans.close(isIt) : []),
      { query: update.compile(), orElse: missing },
      ...(active && this.#enabled ? this.#spans.open(sql`${isIt} and w.open = 0`) : []),
    ]
  }

  #removing(scope: Scope, id: number): Statement {
    const remove = this.#database.query.deleteFrom('webhook').where('id', '=', id).where('scope', '=', scope)
    return { query: remove.compile(), orElse: missing }
  }

  /** The webhooks of one form are those that were read, and as they were. */
  #stillAsRead(scope: Scope, kind: string, read: FormedChanges['read']): Statement {
    const known = read.map(({ id, updatedAt }) => sql`(id = ${id} and updated_at = ${updatedAt})`)
    const isKnown = known.length === 0 ? sql`1 = 0` : sql`(${sql.join(known, sql` or `)})`
    const those = sql`from webhook where scope = ${scope} and format = ${kind}`
    const still = sql`select 1 where (select count(*) ${those}) = ${read.length}
      and (select count(*) ${those} and ${isKnown}) = ${read.length}`
    return { query: still.compile(this.#database.query), orElse: () => new ChangedMeanwhile() }
  }

  /** Holds the rows of the scope until the unit ends, so that limits hold. Appending an event holds the row of its device too: what the unit changes, and which
   *  events are for whom, cannot cross. */
  #lock(scope: Scope): Statement {
    const apiKeyId = apiKeyOf(scope)
    const touch =
      apiKeyId === undefined
        ? sql`update device set event_seq = event_seq where id = ${scope}`
        : sql`update api_key set is_active = is_active where id = ${apiKeyId}`
    const missing = apiKeyId === undefined ? 'device_not_found' : 'unauthorized'
    return { query: touch.compile(this.#database.query), orElse: () => new AppError(missing) }
  }
}
