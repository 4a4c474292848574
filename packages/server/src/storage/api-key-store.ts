import type { Insertable, Updateable } from 'kysely'
import type { Database, Statement } from './database.ts'
import type { ApiKeyTable } from './schema.ts'

export interface ApiKeyRow {
  readonly id: number
  readonly key_prefix: string
  readonly key_suffix: string
  readonly customer_name: string
  readonly customer_email: string | null
  readonly customer_phone: string | null
  readonly max_devices: number
  readonly rate_limit_per_hour: number
  readonly is_active: number
  readonly created_at: number
  readonly updated_at: number
  readonly device_count: number
}

const selectApiKeys = ({ query }: Database) =>
  query.selectFrom('api_key').select((select) => [
    'id',
    'key_prefix',
    'key_suffix',
    'customer_name',
    'customer_email',
    'customer_phone',
    'max_devices',
    'rate_limit_per_hour',
    'is_active',
    'created_at',
    'updated_at',
    select
      .selectFrom('device')
      .select((count) => count.fn.countAll<number>().as('n'))
      .whereRef('device.api_key_id', '=', 'api_key.id')
      .$asScalar()
      .$notNull()
      .as('device_count'),
  ])

export const findApiKey = (database: Database, id: number): Promise<ApiKeyRow | undefined> =>
  selectApiKeys(database).where('id', '=', id).executeTakeFirst()

/** Oldest first; `after` is the id of the last one that the caller has. */
export function listApiKeys(database: Database, page: { after?: number; limit?: number } = {}): Promise<ApiKeyRow[]> {
  let select = selectApiKeys(database).orderBy('id')
  if (page.after !== undefined) select = select.where('id', '>', page.after)
  if (page.limit !== undefined) select = select.limit(page.limit)
  return select.execute()
}

/** Returns the new `id`. */
export const insertApiKey = (database: Database, row: Insertable<ApiKeyTable>): Statement => ({
  query: database.query.insertInto('api_key').values(row).returning('id').compile(),
})

/** Returns what authentication needs of the changed row. */
export const updateApiKey = (
  database: Database,
  id: number,
  change: Updateable<ApiKeyTable>,
  orElse: () => Error,
): Statement => ({
  query: database.query
    .updateTable('api_key')
    .set(change)
    .where('id', '=', id)
    .returning(['id', 'key_hash', 'is_active', 'rate_limit_per_hour'])
    .compile(),
  orElse,
})

/** Takes its devices, and all that is theirs, along. */
export const deleteApiKey = (database: Database, id: number): Statement => ({
  query: database.query.deleteFrom('api_key').where('id', '=', id).compile(),
})

export async function countApiKeys({ query }: Database): Promise<{ total: number; active: number }> {
  const row = await query
    .selectFrom('api_key')
    .select((count) => [
      count.fn.countAll<number>().as('total'),
      count.fn.coalesce(count.fn.sum<number>('is_active'), count.lit(0)).as('active'),
    ])
    .executeTakeFirstOrThrow()
  return { total: row.total, active: row.active }
}
