import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Lists of devices in the order of their names and by their status, and since when a device has been in its state. */
export const deviceList: Migration = {
  number: 24,
  name: 'device list',
  async up(database, { long }) {
    await database.schema.alterTable('device').addColumn('state_since', long).execute()
    const statements = [
      sql`update device set state_since = updated_at`,
      sql`create index device_by_name on device (lower(name), id)`,
      sql`create index device_by_status on device (status, api_key_id)`,
    ]
    for (const statement of statements) await statement.execute(database)
  },
}
