import type { ColumnDefinitionBuilder } from 'kysely'
import type { Migration } from './migration.ts'

const required = (column: ColumnDefinitionBuilder) => column.notNull()

/** What credentials may send by themselves, and what waits for a person to agree. */
export const approvals: Migration = {
  number: 28,
  name: 'approvals',
  async up({ schema }, { text, long, bytes }) {
    const ofDevice = (column: ColumnDefinitionBuilder) => column.references('device.id').onDelete('cascade')
    await schema
      .createTable('send_policy')
      .addColumn('holder', text, (column) => column.primaryKey())
      .addColumn('api_key_id', long, (column) => column.notNull().references('api_key.id').onDelete('cascade'))
      .addColumn('device_id', text, ofDevice)
      .addColumn('mode', text, required)
      .addColumn('recipients', text)
      .addColumn('client_may_approve', 'integer', required)
      .addColumn('expiry_seconds', 'integer', required)
      .addColumn('updated_at', long, required)
      .execute()
    await schema
      .createTable('proposal')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('device_id', text, (column) => ofDevice(column).notNull())
      .addColumn('message_id', text, required)
      .addColumn('holder', text, required)
      .addColumn('chat', text, required)
      .addColumn('body', bytes)
      .addColumn('options', text, required)
      .addColumn('media_id', text)
      .addColumn('state', text, required)
      .addColumn('decided_by', text)
      .addColumn('decided_at', long)
      .addColumn('created_at', long, required)
      .addColumn('expires_at', long, required)
      .execute()
    await schema
      .createIndex('proposal_by_message')
      .unique()
      .on('proposal')
      .columns(['device_id', 'message_id'])
      .execute()
    await schema.createIndex('proposal_by_age').on('proposal').columns(['device_id', 'created_at', 'id']).execute()
    await schema.createIndex('proposal_by_state').on('proposal').columns(['state', 'expires_at']).execute()
  },
}
