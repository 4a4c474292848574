import type { Database } from './database.ts'
import { isAway } from './dialects/postgres/postgres-error.ts'
import { openSqlite } from './dialects/sqlite/open-sqlite.ts'
import type { ThreadGuest } from './dialects/sqlite/protocol.ts'

export type DatabaseTarget =
  | { readonly type: 'sqlite'; readonly file: string }
  /** `poolSize` is the number of connections for reads; a few more write. */
  | { readonly type: 'postgres'; readonly uri: string; readonly poolSize?: number }

export interface DatabaseOptions {
  /** The storage thread died after it was open: what was pending rejected, and nothing can be stored any more. The process should log and exit. */
  readonly onFatal?: (error: Error) => void
  /** Lives in SQLite's thread. PostgreSQL has none. */
  readonly guest?: ThreadGuest
}

/** Whether a failure to open, claim or read means that the server is not there (yet): waiting may help. A file is there or is not. */
export const isDatabaseAway = (target: DatabaseTarget, error: unknown): boolean =>
  target.type === 'postgres' && isAway(error)

/** Opens the database and brings its schema up to date under a lock, so that several processes may start at once.
 *  @throws when it cannot be reached, or was written by a newer version. */
export async function openDatabase(target: DatabaseTarget, options: DatabaseOptions = {}): Promise<Database> {
  const onFatal = options.onFatal ?? (() => {})
  if (target.type === 'sqlite') return openSqlite(target.file, onFatal, options.guest)
  const { openPostgres } = await import('./dialects/postgres/open-postgres.ts')
  return openPostgres(target)
}
