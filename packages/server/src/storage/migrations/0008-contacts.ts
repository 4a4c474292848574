import type { Migration } from './migration.ts'

/** Names of people as they are learned, and the presence subscriptions of a device. */
export const contacts: Migration = {
  number: 8,
  name: 'contacts',
  async up(schema, { text, long, withoutRowid }) {
    await schema.schema
      .createTable('contact')
      .addColumn('device_id', text, (column) => column.notNull().references('device.id').onDelete('cascade'))
      .addColumn('jid', text, (column) => column.notNull())
      .addColumn('push_name', text)
      .addColumn('full_name', text)
      .addColumn('first_name', text)
      .addColumn('business_name', text)
      .addColumn('updated_at', long, (column) => column.notNull())
      .addPrimaryKeyConstraint('contact_key', ['device_id', 'jid'])
      .modifyEnd(withoutRowid)
      .execute()
    await schema.schema
      .createTable('presence_subscription')
      .addColumn('device_id', text, (column) => column.notNull().references('device.id').onDelete('cascade'))
      .addColumn('jid', text, (column) => column.notNull())
      .addColumn('created_at', long, (column) => column.notNull())
      .addPrimaryKeyConstraint('presence_subscription_key', ['device_id', 'jid'])
      .modifyEnd(withoutRowid)
      .execute()
  },
}
