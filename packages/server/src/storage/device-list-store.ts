import { type RawBuilder, sql } from 'kysely'
import type { Database } from './database.ts'
import type { DeviceStatus, StoredDevice } from './device-store.ts'
import { likePattern } from './like-pattern.ts'

export const deviceSorts = ['created_at', 'name', 'last_seen'] as const

export type DeviceSort = (typeof deviceSorts)[number]

/** Place in a list of devices: what it is sorted by, and the device. */
export interface DevicePlace {
  readonly key: string | number
  readonly id: string
}

/** Which devices. */
export interface DeviceFilter {
  readonly apiKeyId?: number | undefined
  /** Part of a name, number, LID, id or customer, in any case of letters. */
  readonly search?: string | undefined
  /** Stored in one of these states, or one of these devices. */
  readonly among?: { readonly statuses: readonly DeviceStatus[]; readonly ids: readonly string[] } | undefined
}

export interface DeviceSearch extends DeviceFilter {
  readonly sort: DeviceSort
  readonly descending: boolean
  readonly after?: DevicePlace | undefined
  readonly limit?: number | undefined
}

/** What a table of devices shows of one. */
export interface ListedDevice extends StoredDevice {
  readonly lid: string | null
  readonly pushName: string | null
  /** Unix ms. */
  readonly stateSince: number
  readonly bannedUntil: number | null
  /** Its newest event, or when it was connected last; null when it never was. */
  readonly lastSeenAt: number | null
  /** Counted up to {@link queueCountedTo}. */
  readonly queued: number
  readonly hasProxy: boolean
  readonly sortKey: string | number
}

/** A long queue is not counted to its end. */
export const queueCountedTo = 1000

const newestEvent = ({ days }: Database) =>
  sql`(select e.created_at from event e where e.device_id = d.id and e.seq = d.event_seq ${days ? sql`and e.day = d.event_day` : sql``})`

const keys: Readonly<Record<DeviceSort, (database: Database) => RawBuilder<unknown>>> = {
  created_at: () => sql`d.created_at`,
  name: () => sql`lower(d.name)`,
  last_seen: (database) => sql`coalesce(${newestEvent(database)}, d.last_active_at, 0)`,
}

/** The elements of a list as rows, given as one value: it may have more of them than a statement may have parameters. */
const elementsOf = ({ dialect }: Database, list: readonly string[]) =>
  dialect === 'sqlite'
    ? sql`(select value from json_each(${JSON.stringify(list)}))`
    : sql`(select value from json_array_elements_text(cast(${JSON.stringify(list)} as json)))`

/** Digits of what looks like a number as people write it. */
const digitsOf = (text: string): string | undefined =>
  /^\+?[\d\s().-]{3,}$/.test(text) ? text.replaceAll(/\D/g, '') : undefined

function searchOf(text: string): RawBuilder<unknown> {
  const has = (column: string, part: string) => sql`lower(${sql.ref(column)}) like ${likePattern(part)} escape '\\'`
  const lower = text.toLowerCase()
  const digits = digitsOf(text)
  const parts = [
    ...['d.name', 'd.id', 'd.push_name', 'd.jid', 'd.lid'].map((column) => has(column, lower)),
    ...(digits ? [has('d.jid', digits)] : []),
    sql`d.api_key_id in (select k.id from api_key k where ${has('k.customer_name', lower)})`,
  ]
  return sql`(${sql.join(parts, sql` or `)})`
}

function conditionsOf(database: Database, { apiKeyId, search, among }: DeviceFilter): RawBuilder<unknown>[] {
  const stored = among?.statuses.length ? sql`d.status in (${sql.join(among.statuses)})` : sql`1 = 0`
  return [
    ...(apiKeyId === undefined ? [] : [sql`d.api_key_id = ${apiKeyId}`]),
    ...(search === undefined ? [] : [searchOf(search)]),
    ...(among ? [sql`(${stored} or d.id in ${elementsOf(database, among.ids)})`] : []),
  ]
}

const where = (conditions: readonly RawBuilder<unknown>[]) =>
  conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`

/** A page of devices. It is found first, and only its devices are looked at more closely. */
export async function searchDevices(database: Database, search: DeviceSearch): Promise<ListedDevice[]> {
  const { sort, descending, after, limit } = search
  const key = keys[sort](database)
  const way = sql.raw(descending ? 'desc' : 'asc')
  const behind = after && sql`(${key}, d.id) ${sql.raw(descending ? '<' : '>')} (${after.key}, ${after.id})`
  const conditions = [...conditionsOf(database, search), ...(behind ? [behind] : [])]
  const { rows } = await sql<ListedDevice>`with page as (
      select d.id, ${key} as sort_key from device d ${where(conditions)}
      order by sort_key ${way}, d.id ${way} ${limit === undefined ? sql`` : sql`limit ${limit}`})
    select d.id, d.api_key_id as "apiKeyId", k.customer_name as "customerName", d.name, d.jid, d.lid, d.push_name as "pushName",
      d.status, d.state, d.state_reason as "stateReason", d.owner, coalesce(d.state_since, d.created_at) as "stateSince",
      d.banned_until as "bannedUntil", d.created_at as "createdAt", d.last_active_at as "lastActiveAt",
      coalesce(${newestEvent(database)}, d.last_active_at) as "lastSeenAt", page.sort_key as "sortKey",
      (select count(*) from (select 1 from send_intent s where s.device_id = d.id limit ${sql.lit(queueCountedTo)}) as waiting) as queued,
      case when d.proxy_url_sealed is null then 0 else 1 end as "hasProxy"
    from page join device d on d.id = page.id join api_key k on k.id = d.api_key_id
    order by page.sort_key ${way}, d.id ${way}`.execute(database.query)
  return rows.map((row) => ({ ...row, hasProxy: Boolean(row.hasProxy) }))
}

/** How many devices a filter lets through. */
export async function countFoundDevices(database: Database, filter: DeviceFilter): Promise<number> {
  const conditions = where(conditionsOf(database, filter))
  const { rows } = await sql<{ n: number }>`select count(*) as n from device d ${conditions}`.execute(database.query)
  return Number(rows[0]?.n ?? 0)
}
