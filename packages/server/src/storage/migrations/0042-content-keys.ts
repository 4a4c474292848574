import { sql } from 'kysely'
import { columnTypes } from './column-types.ts'
import type { Migration } from './migration.ts'

/** Keys that seal what people wrote. On PostgreSQL other nodes hear when one is destroyed. */
export const contentKeys: Migration = {
  number: 42,
  name: 'content keys',
  async up(database, types) {
    const { text, long, bytes, withoutRowid } = types
    await database.schema
      .createTable('content_key')
      .addColumn('device_id', text, (column) => column.notNull().references('device.id').onDelete('cascade'))
      .addColumn('id', text, (column) => column.notNull())
      .addColumn('key_sealed', bytes)
      .addColumn('created_at', long, (column) => column.notNull())
      .addColumn('destroyed_at', long)
      .addPrimaryKeyConstraint('content_key_key', ['device_id', 'id'])
      .modifyEnd(withoutRowid)
      .execute()
    if (types !== columnTypes.postgres) return
    await sql`create trigger note_change after update or delete on content_key
      for each row execute function switchboard_note_change('device_id')`.execute(database)
  },
}
