import type { ColumnDefinitionBuilder, CreateTableBuilder } from 'kysely'
import type { Migration } from './migration.ts'

const counted = [
  ...['sent', 'to_people', 'delivered', 'refused_new', 'throttled', 'refused', 'not_on_whatsapp'],
  ...['new_contacts', 'answered', 'group_adds', 'same_text'],
] as const

/** What WhatsApp restricts, what happens to sends, and how a device is judged by it. */
export const safety: Migration = {
  number: 41,
  name: 'safety',
  async up({ schema }, { text, long, withoutRowid }) {
    const required = (column: ColumnDefinitionBuilder) => column.notNull()
    const ofDevice = (column: ColumnDefinitionBuilder) => column.notNull().references('device.id').onDelete('cascade')
    await schema
      .alterTable('send_limit')
      .addColumn('waits_restricted', 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
    await schema.alterTable('send_limit').addColumn('auto_pause', text).execute()
    await schema
      .createTable('restriction')
      .addColumn('device_id', text, ofDevice)
      .addColumn('kind', text, required)
      .addColumn('since', long, required)
      .addColumn('until', long)
      .addColumn('source', text, required)
      .addColumn('detail', text)
      .addColumn('ended_at', long)
      .addPrimaryKeyConstraint('restriction_key', ['device_id', 'kind', 'since'])
      .modifyEnd(withoutRowid)
      .execute()
    let counts = schema.createTable('safety_count').addColumn('device_id', text, ofDevice) as CreateTableBuilder<
      string,
      string
    >
    for (const name of ['day', ...counted]) counts = counts.addColumn(name, 'integer', required)
    await counts.addPrimaryKeyConstraint('safety_count_key', ['device_id', 'day']).modifyEnd(withoutRowid).execute()
    await schema
      .createTable('device_safety')
      .addColumn('device_id', text, (column) => ofDevice(column).primaryKey())
      .addColumn('level', text, required)
      .addColumn('score', 'integer', required)
      .addColumn('changed_at', long, required)
      .execute()
  },
}
