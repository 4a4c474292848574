import type { ColumnDefinitionBuilder } from 'kysely'
import type { Migration } from './migration.ts'

const required = (column: ColumnDefinitionBuilder) => column.notNull()

/** Access keys, sessions of the console, and where a change in the audit came from. */
export const access: Migration = {
  number: 25,
  name: 'access',
  async up({ schema }, { text, long, bytes }) {
    await schema
      .createTable('access_key')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('api_key_id', long, (column) => column.notNull().references('api_key.id').onDelete('cascade'))
      .addColumn('device_id', text, (column) => column.references('device.id').onDelete('cascade'))
      .addColumn('label', text, required)
      .addColumn('secret_hash', bytes, (column) => column.notNull().unique())
      .addColumn('secret_suffix', text, required)
      .addColumn('scopes', text, required)
      .addColumn('networks', text, required)
      .addColumn('expires_at', long)
      .addColumn('last_used_at', long)
      .addColumn('created_at', long, required)
      .addColumn('updated_at', long, required)
      .execute()
    await schema.createIndex('access_key_by_key').on('access_key').columns(['api_key_id', 'id']).execute()
    await schema.createIndex('access_key_by_device').on('access_key').column('device_id').execute()
    await schema
      .createTable('console_session')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('kind', text, required)
      .addColumn('proof', text, required)
      .addColumn('api_key_id', long, (column) => column.references('api_key.id').onDelete('cascade'))
      .addColumn('device_id', text, (column) => column.references('device.id').onDelete('cascade'))
      .addColumn('access_key_id', text, (column) => column.references('access_key.id').onDelete('cascade'))
      .addColumn('created_at', long, required)
      .addColumn('ends_at', long, required)
      .execute()
    for (const column of ['api_key_id', 'device_id', 'access_key_id']) {
      await schema.createIndex(`console_session_by_${column}`).on('console_session').column(column).execute()
    }
    await schema.alterTable('audit').addColumn('address', text).execute()
  },
}
