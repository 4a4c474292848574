import { sql } from 'kysely'
import type { Database } from './database.ts'

/** Resolves when a change of one small row is on disk: a database that can be read may well have no room, or be a copy that only reads.
 *  @param now Unix ms */
export async function proveWrite(database: Database, now: number): Promise<void> {
  const change = sql`insert into commit_mark (writer, number, at) values ('readiness', 0, ${now})
    on conflict (writer) do update set at = excluded.at`
  await database.commit([{ query: change.compile(database.query) }])
}
