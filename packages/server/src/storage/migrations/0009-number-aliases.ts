import type { ColumnDefinitionBuilder } from 'kysely'
import type { Migration } from './migration.ts'

const required = (column: ColumnDefinitionBuilder) => column.notNull()

/** Which address WhatsApp gave for a number that it was asked for. */
export const numberAliases: Migration = {
  number: 9,
  name: 'number-aliases',
  async up({ schema }, { text, long, withoutRowid }) {
    await schema
      .createTable('number_alias')
      .addColumn('device_id', text, (column) => column.notNull().references('device.id').onDelete('cascade'))
      .addColumn('number', text, required)
      .addColumn('jid', text, required)
      .addColumn('learned_at', long, required)
      .addPrimaryKeyConstraint('number_alias_key', ['device_id', 'number'])
      .modifyEnd(withoutRowid)
      .execute()
  },
}
