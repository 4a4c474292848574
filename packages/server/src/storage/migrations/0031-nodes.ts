import { type ColumnDefinitionBuilder, sql } from 'kysely'
import type { Migration } from './migration.ts'

const required = (column: ColumnDefinitionBuilder) => column.notNull()

/** Gateways that work with one database together. All instants are of the database's clock. */
export const nodes: Migration = {
  number: 31,
  name: 'nodes',
  async up({ schema }, { text, long }) {
    await schema
      .createTable('node')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('url', text, required)
      .addColumn('version', text, required)
      .addColumn('schema_version', 'integer', required)
      .addColumn('state', text, required)
      .addColumn('started_at', long, required)
      .addColumn('heartbeat_at', long, required)
      .addColumn('expires_at', long, required)
      .execute()
    await schema
      .createIndex('device_by_owner')
      .on('device')
      .column('owner')
      .where(sql.ref('owner'), 'is not', null)
      .execute()
  },
}
