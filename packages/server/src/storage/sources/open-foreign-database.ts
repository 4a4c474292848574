import type { ForeignDatabase } from './foreign-database.ts'

const isServerUri = (place: string): boolean => /^postgres(ql)?:\/\//.test(place)

/** Opens a PostgreSQL server by its URI, or a SQLite file by its path or by a Go data source such as `file:store.db?_foreign_keys=on`.
 *  @throws when it is not there or cannot be read */
export async function openForeignDatabase(place: string): Promise<ForeignDatabase> {
  if (isServerUri(place)) return (await import('./foreign-postgres.ts')).openForeignPostgres(place)
  return (await import('./foreign-sqlite.ts')).openForeignSqlite(
    place.replace(/^file:(\/\/)?/, '').replace(/\?.*$/, ''),
  )
}
