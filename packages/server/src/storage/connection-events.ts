import { sql } from 'kysely'
import type { Database } from './database.ts'
import { type StoredEvent, toStoredEvent } from './event-store.ts'
import type { EventTable } from './schema.ts'

/** Events of a device about its connection, newest first, through an index that has no others.
 *  @param options.before only older ones, by `seq` */
export async function listConnectionEvents(
  { query }: Database,
  deviceId: string,
  options: { readonly before: number; readonly limit: number; readonly without?: readonly string[] },
): Promise<StoredEvent[]> {
  const { before, limit, without = [] } = options
  const { rows } = await sql<EventTable>`select * from event
    where device_id = ${deviceId} and seq < ${before} and type >= 'connection.' and type < 'connection/'
      ${without.length > 0 ? sql`and type not in (${sql.join(without)})` : sql``}
    order by seq desc limit ${limit}`.execute(query)
  return rows.map(toStoredEvent)
}
