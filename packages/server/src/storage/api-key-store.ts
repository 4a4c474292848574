import type { Insertable, Updateable } from 'kysely'
import type { Database, Statement } from './database.ts'
import type { ApiKeyTable } from './schema.ts'

/** What may be shown of an API key. */
export interface StoredApiKey {
  readonly id: number
  readonly keyPrefix: string
  readonly keySuffix: string
  readonly customerName: string
  readonly customerEmail: string | null
  readonly customerPhone: string | null
  readonly maxDevices: number
  readonly requestsPerHour: number
  readonly isActive: boolean
  readonly createdAt: number
  readonly updatedAt: number
  readonly deviceCount: number
}

const selectApiKeys = ({ query }: Database) =>
  query.selectFrom('api_key').select((select) => [
    'id',
    'key_prefix as keyPrefix',
    'key_suffix as keySuffix',
    'customer_name as customerName',
    'customer_email as customerEmail',
    'customer_phone as customerPhone',
    'max_devices as maxDevices',
    'rate_limit_per_hour as requestsPerHour',
    'is_active as isActive',
    'created_at as createdAt',
    'updated_at as updatedAt',
    select
      .selectFrom('device')
      .select((count) => count.fn.countAll<number>().as('n'))
      .whereRef('device.api_key_id', '=', 'api_key.id')
      .$asScalar()
      .$notNull()
      .as('deviceCount'),
  ])

type Selected = Omit<StoredApiKey, 'isActive'> & { readonly isActive: 0 | 1 }

const toStored = (row: Selected): StoredApiKey => ({ ...row, isActive: row.isActive === 1 })

export async function findApiKey(database: Database, id: number): Promise<StoredApiKey | undefined> {
  const row = await selectApiKeys(database).where('id', '=', id).executeTakeFirst()
  return row && toStored(row)
}

/** Oldest first; `after` is the id of the last one that the caller has. */
export async function listApiKeys(
  database: Database,
  page: { after?: number; limit?: number } = {},
): Promise<StoredApiKey[]> {
  let select = selectApiKeys(database).orderBy('id')
  if (page.after !== undefined) select = select.where('id', '>', page.after)
  if (page.limit !== undefined) select = select.limit(page.limit)
  return (await select.execute()).map(toStored)
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
