import { type ColumnDefinitionBuilder, sql } from 'kysely'
import type { Migration } from './migration.ts'

const required = (column: ColumnDefinitionBuilder) => column.notNull()

/** When a device may send, how much in a day, and what waits because of that. */
export const sendLimits: Migration = {
  number: 18,
  name: 'send limits',
  async up({ schema }, { text, long, withoutRowid }) {
    const ofDevice = (column: ColumnDefinitionBuilder) => column.notNull().references('device.id').onDelete('cascade')
    await schema
      .createTable('send_limit')
      .addColumn('device_id', text, (column) => ofDevice(column).primaryKey())
      .addColumn('quiet_from', text)
      .addColumn('quiet_to', text)
      .addColumn('quiet_zone', text)
      .addColumn('daily_messages', 'integer')
      .addColumn('daily_zone', text)
      .execute()
    await schema
      .createTable('sent_count')
      .addColumn('device_id', text, ofDevice)
      .addColumn('day', text, required)
      .addColumn('sent', 'integer', required)
      .addColumn('updated_at', long, required)
      .addPrimaryKeyConstraint('sent_count_key', ['device_id', 'day'])
      .modifyEnd(withoutRowid)
      .execute()
    const columns = [
      ['limited', 'integer', (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(0)],
      ['held_by', text, (column: ColumnDefinitionBuilder) => column],
      ['released_at', long, (column: ColumnDefinitionBuilder) => column],
      ['counted_on', text, (column: ColumnDefinitionBuilder) => column],
    ] as const
    for (const [name, type, build] of columns) {
      await schema.alterTable('send_intent').addColumn(name, type, build).execute()
    }
    await schema
      .createIndex('send_intent_held')
      .on('send_intent')
      .columns(['device_id', 'created_at'])
      .where(sql.ref('held_by'), 'is not', null)
      .execute()
  },
}
