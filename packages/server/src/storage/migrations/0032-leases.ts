import { type ColumnDefinitionBuilder, sql } from 'kysely'
import type { Migration } from './migration.ts'

const required = (column: ColumnDefinitionBuilder) => column.notNull()

/** What one of several nodes does for all, and which journal of deliveries belongs to which node. */
export const leases: Migration = {
  number: 32,
  name: 'leases',
  async up({ schema }, { text, long, withoutRowid }) {
    await schema
      .createTable('lease')
      .addColumn('name', text, (column) => column.primaryKey())
      .addColumn('node', text, required)
      .addColumn('epoch', long, required)
      .modifyEnd(withoutRowid)
      .execute()
    // Free devices are looked for every second.
    await schema.createIndex('device_free').on('device').column('id').where(sql.ref('owner'), 'is', null).execute()
    await schema
      .alterTable('delivery_journal')
      .addColumn('node', text, (column) => column.notNull().defaultTo(''))
      .execute()
  },
}
