import type { Migration } from './migration.ts'

/** For how many days something is kept for one API key, where that is not what the server does for all. */
export const retention: Migration = {
  number: 45,
  name: 'retention',
  async up({ schema }, { long, withoutRowid }) {
    await schema
      .createTable('retention')
      .addColumn('api_key_id', long, (column) => column.primaryKey().references('api_key.id').onDelete('cascade'))
      .addColumn('message_days', 'integer')
      .addColumn('media_days', 'integer')
      .addColumn('event_days', 'integer')
      .addColumn('delivery_days', 'integer')
      .addColumn('audit_days', 'integer')
      .addColumn('updated_at', long, (column) => column.notNull())
      .modifyEnd(withoutRowid)
      .execute()
  },
}
