import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Database, Statement } from './database.ts'
import type { AccessKeyTable } from './schema.ts'

export type StoredAccessKey = Selectable<AccessKeyTable>

/** Which of them: of an API key always, so that no id of another tenant ever matches. */
export interface AccessKeyName {
  readonly apiKeyId: number
  readonly id: string
}

export const allAccessKeys = ({ query }: Database): Promise<StoredAccessKey[]> =>
  query.selectFrom('access_key').selectAll().execute()

/** The oldest first. */
export const listAccessKeys = ({ query }: Database, apiKeyId: number): Promise<StoredAccessKey[]> =>
  query
    .selectFrom('access_key')
    .selectAll()
    .where('api_key_id', '=', apiKeyId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()

export const findAccessKey = (
  { query }: Database,
  { apiKeyId, id }: AccessKeyName,
): Promise<StoredAccessKey | undefined> =>
  query.selectFrom('access_key').selectAll().where('api_key_id', '=', apiKeyId).where('id', '=', id).executeTakeFirst()

export const insertAccessKey = ({ query }: Database, row: Insertable<AccessKeyTable>): Statement => ({
  query: query.insertInto('access_key').values(row).compile(),
})

/** Returns the changed row. */
export const updateAccessKey = (
  { query }: Database,
  { apiKeyId, id }: AccessKeyName,
  change: Updateable<AccessKeyTable>,
  orElse: () => Error,
): Statement => {
  const update = query.updateTable('access_key').set(change).where('api_key_id', '=', apiKeyId).where('id', '=', id)
  return { query: update.returningAll().compile(), orElse }
}

export const noteAccessKeyUse = ({ query }: Database, id: string, at: number): Statement => ({
  query: query.updateTable('access_key').set({ last_used_at: at }).where('id', '=', id).compile(),
})

export const deleteAccessKey = (
  { query }: Database,
  { apiKeyId, id }: AccessKeyName,
  orElse: () => Error,
): Statement => ({
  query: query.deleteFrom('access_key').where('api_key_id', '=', apiKeyId).where('id', '=', id).compile(),
  orElse,
})
