import { type Insertable, sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import type { DeviceTable } from './schema.ts'

export type DeviceStatus = DeviceTable['status']

/** What may be shown of a device. */
export interface StoredDevice {
  readonly id: string
  readonly apiKeyId: number
  readonly customerName: string
  readonly name: string
  readonly jid: string | null
  readonly username: string | null
  readonly status: DeviceStatus
  /** Session state and reason of the last change. */
  readonly state: string
  readonly stateReason: string | null
  readonly owner: string | null
  readonly createdAt: number
  readonly lastActiveAt: number | null
}

/** Place in the list of devices, newest first. */
export interface DeviceCursor {
  readonly createdAt: number
  readonly id: string
}

export interface DevicePage {
  readonly apiKeyId?: number
  readonly after?: DeviceCursor
  readonly limit?: number
}

const selectDevices = ({ query }: Database) =>
  query
    .selectFrom('device')
    .innerJoin('api_key', 'api_key.id', 'device.api_key_id')
    .select([
      'device.id',
      'device.api_key_id as apiKeyId',
      'api_key.customer_name as customerName',
      'device.name',
      'device.jid',
      'device.username',
      'device.status',
      'device.state',
      'device.state_reason as stateReason',
      'device.owner',
      'device.created_at as createdAt',
      'device.last_active_at as lastActiveAt',
    ])

export const findDevice = (database: Database, id: string): Promise<StoredDevice | undefined> =>
  selectDevices(database).where('device.id', '=', id).executeTakeFirst()

/** The devices of an API key that a name or an id means: two at most, which is one too many. */
export const findDevicesNamed = ({ query }: Database, apiKeyId: number, name: string) =>
  query
    .selectFrom('device')
    .select(['id', 'name'])
    .where('api_key_id', '=', apiKeyId)
    .where((either) => either.or([either('name', '=', name), either('id', '=', name.toLowerCase())]))
    .orderBy('created_at')
    .orderBy('id')
    .limit(2)
    .execute()

/** Newest first. */
export function listDevices(database: Database, { apiKeyId, after, limit }: DevicePage = {}): Promise<StoredDevice[]> {
  let select = selectDevices(database).orderBy('device.created_at', 'desc').orderBy('device.id', 'desc')
  if (apiKeyId !== undefined) select = select.where('device.api_key_id', '=', apiKeyId)
  if (after !== undefined) {
    const { createdAt, id } = after
    select = select.where((where) =>
      where.or([
        where('device.created_at', '<', createdAt),
        where.and([where('device.created_at', '=', createdAt), where('device.id', '<', id)]),
      ]),
    )
  }
  if (limit !== undefined) select = select.limit(limit)
  return select.execute()
}

type NewDevice = Pick<
  Insertable<DeviceTable>,
  'id' | 'api_key_id' | 'name' | 'secret_hash' | 'token_version' | 'status' | 'state' | 'data_key_sealed'
> & { created_at: number; updated_at: number }

/** Inserts a device of an active key that has one left. Creations at the same time wait for each other at the key's row, so that the limit is never exceeded. */
export function insertDeviceWithinQuota(
  { query }: Database,
  row: NewDevice,
  refusals: { inactive: () => Error; full: () => Error },
): Statement[] {
  const turn = query
    .updateTable('api_key')
    .set((key) => ({ is_active: key.ref('is_active') }))
    .where('id', '=', row.api_key_id)
    .where('is_active', '=', 1)
  const columns = Object.keys(row) as (keyof NewDevice)[]
  const insert = query
    .insertInto('device')
    .columns(columns)
    .expression((build) =>
      build
        .selectFrom('api_key')
        .select((value) => columns.map((column) => value.val(row[column]).as(column)))
        .where('id', '=', row.api_key_id)
        .where('max_devices', '>', (count) =>
          count
            .selectFrom('device')
            .select((own) => own.fn.countAll<number>().as('n'))
            .where('device.api_key_id', '=', row.api_key_id),
        ),
    )
  return [
    { query: turn.compile(), orElse: refusals.inactive },
    { query: insert.compile(), orElse: refusals.full },
  ]
}

/** What a token is made from; the secret's hash is for comparing. */
export const findTokenSource = ({ query }: Database, id: string) =>
  query
    .selectFrom('device')
    .select(['id', 'api_key_id as apiKeyId', 'secret_hash as secretHash', 'token_version as tokenVersion', 'jid'])
    .where('id', '=', id)
    .executeTakeFirst()

/** Returns the new `token_version`. */
export const raiseTokenVersion = ({ query }: Database, id: string, now: number, orElse: () => Error): Statement => ({
  query: query
    .updateTable('device')
    .set((device) => ({ token_version: device('token_version', '+', 1), updated_at: now }))
    .where('id', '=', id)
    .returning('token_version')
    .compile(),
  orElse,
})

/** Takes all that is the device's along: secrets, messages, events, webhooks, and what webhooks of its API key have of it. */
export function deleteDevice({ query }: Database, id: string, orElse: () => Error): Statement[] {
  const ofKey = sql`(select w.id from webhook w join device d on d.api_key_id = w.api_key_id where d.id = ${id})`
  const deliveries = ['delivery_span', 'delivery_state', 'delivery_log'].map((table) => ({
    query: sql`delete from ${sql.table(table)} where webhook_id in ${ofKey} and device_id = ${id}`.compile(query),
  }))
  return [
    // Held, so that nothing is appended behind these.
    { query: query.updateTable('device').set({ owner: null }).where('id', '=', id).compile(), orElse },
    ...deliveries,
    { query: query.deleteFrom('device').where('id', '=', id).compile() },
  ]
}

/** Numbers of devices by stored status, of all or of one API key; a status that no device has is absent. */
export async function countDevices(
  { query }: Database,
  apiKeyId?: number,
): Promise<Partial<Record<DeviceStatus, number>>> {
  const rows = await query
    .selectFrom('device')
    .select((count) => ['status', count.fn.countAll<number>().as('n')])
    .$if(apiKeyId !== undefined, (select) => select.where('api_key_id', '=', apiKeyId!))
    .groupBy('status')
    .execute()
  return Object.fromEntries(rows.map((row) => [row.status, row.n]))
}
