import { sql } from 'kysely'
import type { Database } from './database.ts'

/** Bytes that the database takes, as it says itself. */
export async function databaseSize({ query, dialect }: Database): Promise<number> {
  const size =
    dialect === 'sqlite'
      ? sql<{ bytes: number }>`select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`
      : sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`
  const { rows } = await size.execute(query)
  return Number(rows[0]?.bytes ?? 0)
}
