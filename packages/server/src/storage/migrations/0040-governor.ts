import { type ColumnDefinitionBuilder, sql } from 'kysely'
import type { Migration } from './migration.ts'

/** More rules of sending, what they count, and pauses of devices. */
export const governor: Migration = {
  number: 40,
  name: 'governor',
  async up(database, { text, long, withoutRowid }) {
    const { schema } = database
    const ofDevice = (column: ColumnDefinitionBuilder) => column.notNull().references('device.id').onDelete('cascade')
    const rules = [
      ['day_zone', text],
      ['warm_up', text],
      ['new_contacts', 'integer'],
      ['gap_min_ms', 'integer'],
      ['gap_max_ms', 'integer'],
    ] as const
    for (const [name, type] of rules) await schema.alterTable('send_limit').addColumn(name, type).execute()
    await schema
      .alterTable('sent_count')
      .addColumn('new_contacts', 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
    await schema
      .createTable('new_contact')
      .addColumn('device_id', text, ofDevice)
      .addColumn('jid', text, (column) => column.notNull())
      .addColumn('first_at', long, (column) => column.notNull())
      .addColumn('answered_at', long)
      .addPrimaryKeyConstraint('new_contact_key', ['device_id', 'jid'])
      .modifyEnd(withoutRowid)
      .execute()
    await schema.createIndex('new_contact_time').on('new_contact').columns(['device_id', 'first_at']).execute()
    await schema
      .createTable('device_pause')
      .addColumn('device_id', text, (column) => ofDevice(column).primaryKey())
      .addColumn('since', long, (column) => column.notNull())
      .addColumn('until', long)
      .addColumn('reason', text, (column) => column.notNull())
      .execute()
    await schema.alterTable('device').addColumn('linked_at', long).execute()
    // Nobody noted when it was linked; it was not before it was made.
    await sql`update device set linked_at = created_at where jid is not null`.execute(database)
  },
}
