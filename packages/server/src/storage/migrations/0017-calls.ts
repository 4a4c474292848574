import type { ColumnDefinitionBuilder } from 'kysely'
import type { Migration } from './migration.ts'

const required = (column: ColumnDefinitionBuilder) => column.notNull()

/** Calls that came in, what a device does about them by itself, and texts that it answers by itself. */
export const calls: Migration = {
  number: 17,
  name: 'calls',
  async up({ schema }, { text, long, withoutRowid }) {
    const ofDevice = (column: ColumnDefinitionBuilder) => column.notNull().references('device.id').onDelete('cascade')
    await schema
      .createTable('incoming_call')
      .addColumn('device_id', text, ofDevice)
      .addColumn('id', text, required)
      .addColumn('creator', text, required)
      .addColumn('creator_device', text, required)
      .addColumn('group_jid', text)
      .addColumn('video', 'integer')
      .addColumn('is_group', 'integer', required)
      .addColumn('state', text, required)
      .addColumn('offered_at', long, required)
      .addPrimaryKeyConstraint('incoming_call_key', ['device_id', 'id'])
      .modifyEnd(withoutRowid)
      .execute()
    await schema
      .createTable('call_setting')
      .addColumn('device_id', text, (column) => ofDevice(column).primaryKey())
      .addColumn('auto_reject', 'integer', required)
      .addColumn('reject_text', text)
      .execute()
    await schema
      .createTable('auto_reply')
      .addColumn('device_id', text, ofDevice)
      .addColumn('chat', text, required)
      .addColumn('at', long, required)
      .addPrimaryKeyConstraint('auto_reply_key', ['device_id', 'chat'])
      .modifyEnd(withoutRowid)
      .execute()
    await schema
      .createTable('due_send')
      .addColumn('device_id', text, ofDevice)
      .addColumn('message_id', text, required)
      .addColumn('chat', text, required)
      .addColumn('text', text, required)
      .addColumn('created_at', long, required)
      .addPrimaryKeyConstraint('due_send_key', ['device_id', 'message_id'])
      .modifyEnd(withoutRowid)
      .execute()
  },
}
