import { sql } from 'kysely'
import type { Database } from './database.ts'
import { eventOrder } from './event-days.ts'
import { type StoredEvent, toStoredEvent } from './event-store.ts'
import type { EventTable } from './schema.ts'

/** Events of a device about its connection, newest first, through an index that has no others.
 *  @param options.before only older ones, by `seq` */
export async function listConnectionEvents(
  database: Database,
  deviceId: string,
  options: { readonly before: number; readonly limit: number; readonly without?: readonly string[] },
): Promise<StoredEvent[]> {
  const { before, limit, without = [] } = options
  const { rows } = await sql<EventTable>`select e.* from event e
    where e.device_id = ${deviceId} and e.seq < ${before} and e.type >= 'connection.' and e.type < 'connection/'
      ${without.length > 0 ? sql`and e.type not in (${sql.join(without)})` : sql``}
    order by ${eventOrder(database, 'desc')} limit ${limit}`.execute(database.query)
  return (await database.content.opened('event', rows)).map(toStoredEvent)
}
