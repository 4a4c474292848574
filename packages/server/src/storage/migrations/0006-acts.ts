import type { ColumnDefinitionBuilder } from 'kysely'
import type { Migration } from './migration.ts'

const required = (column: ColumnDefinitionBuilder) => column.notNull()

/** Acts that must not happen twice, from before they leave: what a crash cut off is known by its row. */
export const acts: Migration = {
  number: 6,
  name: 'acts',
  async up(schema, { text, long, withoutRowid }) {
    await schema.schema
      .createTable('act')
      .addColumn('device_id', text, (column) => column.notNull().references('device.id').onDelete('cascade'))
      .addColumn('key', text, required)
      .addColumn('operation', text, required)
      .addColumn('state', text, required)
      .addColumn('note', text)
      .addColumn('begun_at', long, required)
      .addPrimaryKeyConstraint('act_key', ['device_id', 'key'])
      .modifyEnd(withoutRowid)
      .execute()
    await schema.schema.createIndex('act_by_age').on('act').column('begun_at').execute()
  },
}
