import type { Migration } from './migration.ts'

/** The people who got a status post: taking it back goes to the same people, and so does a post that is sent again after a crash. */
export const statusAudiences: Migration = {
  number: 11,
  name: 'status audiences',
  async up(schema, { text, long, withoutRowid }) {
    await schema.schema
      .createTable('status_audience')
      .addColumn('device_id', text, (column) => column.notNull().references('device.id').onDelete('cascade'))
      .addColumn('message_id', text, (column) => column.notNull())
      .addColumn('people', text, (column) => column.notNull())
      .addColumn('created_at', long, (column) => column.notNull())
      .addPrimaryKeyConstraint('status_audience_key', ['device_id', 'message_id'])
      .modifyEnd(withoutRowid)
      .execute()
    await schema.schema.createIndex('status_audience_age').on('status_audience').column('created_at').execute()
  },
}
