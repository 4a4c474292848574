import type { Database } from './database.ts'
import { isAway } from './dialects/postgres/postgres-error.ts'
import { openSqlite, type SqliteOptions } from './dialects/sqlite/open-sqlite.ts'

export type DatabaseTarget =
  | { readonly type: 'sqlite'; readonly file: string }
  /** `poolSize` is the number of connections for reads; a few more write. */
  | { readonly type: 'postgres'; readonly uri: string; readonly poolSize?: number }

/** PostgreSQL has no thread and no files here: none of them is for it. */
export type DatabaseOptions = SqliteOptions

/** Whether a failure to open, claim or read means that the server is not there (yet): waiting may help. A file is there or is not. */
export const isDatabaseAway = (target: DatabaseTarget, error: unknown): boolean =>
  target.type === 'postgres' && isAway(error)

/** Opens the database and brings its schema up to date under a lock, so that several processes may start at once.
 *  @throws when it cannot be reached, or was written by a newer version. */
export async function openDatabase(target: DatabaseTarget, options: DatabaseOptions = {}): Promise<Database> {
  if (target.type === 'sqlite') return openSqlite(target.file, options)
  const { openPostgres } = await import('./dialects/postgres/open-postgres.ts')
  return openPostgres(target)
}
