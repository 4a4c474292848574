import type { Insertable, Selectable } from 'kysely'
import type { Database, Statement } from './database.ts'
import type { ConsoleSessionTable } from './schema.ts'

export type StoredConsoleSession = Selectable<ConsoleSessionTable>

/** Those that have not ended, the oldest first. */
export const listConsoleSessions = ({ query }: Database, now: number): Promise<StoredConsoleSession[]> =>
  query
    .selectFrom('console_session')
    .selectAll()
    .where('ends_at', '>', now)
    .orderBy('created_at')
    .orderBy('id')
    .execute()

export const findConsoleSession = ({ query }: Database, id: string): Promise<StoredConsoleSession | undefined> =>
  query.selectFrom('console_session').selectAll().where('id', '=', id).executeTakeFirst()

export const insertConsoleSession = ({ query }: Database, row: Insertable<ConsoleSessionTable>): Statement => ({
  query: query.insertInto('console_session').values(row).compile(),
})

export const deleteConsoleSession = ({ query }: Database, id: string): Statement => ({
  query: query.deleteFrom('console_session').where('id', '=', id).compile(),
})

export const deleteConsoleSessionsOfKey = ({ query }: Database, apiKeyId: number): Statement => ({
  query: query.deleteFrom('console_session').where('api_key_id', '=', apiKeyId).compile(),
})

export const deleteEndedConsoleSessions = ({ query }: Database, now: number): Statement => ({
  query: query.deleteFrom('console_session').where('ends_at', '<=', now).compile(),
})
