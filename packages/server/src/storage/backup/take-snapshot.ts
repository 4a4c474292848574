import type { DatabaseTarget } from '../open-database.ts'
import type { Snapshot } from './snapshot.ts'

/** Takes a snapshot. A gateway may work with the database. @throws when it is not there */
export async function takeSnapshot(target: DatabaseTarget): Promise<Snapshot> {
  if (target.type === 'postgres') return (await import('./postgres-snapshot.ts')).takePostgresSnapshot(target.uri)
  return (await import('./sqlite-snapshot.ts')).takeSqliteSnapshot(target.file)
}
