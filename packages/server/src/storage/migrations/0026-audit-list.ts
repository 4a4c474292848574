import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** The audit of one API key, and of one device; and what happened to the connection of a device without the messages in between. */
export const auditList: Migration = {
  number: 26,
  name: 'audit list',
  async up(database, { long, text }) {
    await database.schema.alterTable('audit').addColumn('api_key_id', long).execute()
    await database.schema.alterTable('audit').addColumn('detail', text).execute()
    const statements = [
      // Of devices that are gone by now, only what their API key did itself says to which one they belonged.
      sql`update audit set api_key_id = (select d.api_key_id from device d where d.id = audit.target)`,
      sql`update audit set api_key_id = (select k.id from api_key k where 'key:' || k.id = audit.actor) where api_key_id is null`,
      sql`update audit set api_key_id = (select k.id from api_key k where cast(k.id as text) = audit.target)
        where api_key_id is null and action like 'api_key.%'`,
      sql`create index audit_by_key on audit (api_key_id, id)`,
      sql`create index audit_by_target on audit (target, id)`,
      sql`create index event_of_connection on event (device_id, seq) where type >= 'connection.' and type < 'connection/'`,
    ]
    for (const statement of statements) await statement.execute(database)
  },
}
