import { type ColumnDefinitionBuilder, sql } from 'kysely'
import type { Migration } from './migration.ts'

const required = (column: ColumnDefinitionBuilder) => column.notNull()
const zero = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(0)

/** Bridges to Chatwoot: the bridge of a device, its chats and messages as Chatwoot knows them, and what agents sent. */
export const chatwoot: Migration = {
  number: 27,
  name: 'chatwoot',
  async up({ schema }, { text, long, bytes, withoutRowid }) {
    const ofDevice = (column: ColumnDefinitionBuilder) => column.notNull().references('device.id').onDelete('cascade')
    const ofBridge = (column: ColumnDefinitionBuilder) =>
      column.notNull().references('chatwoot_bridge.device_id').onDelete('cascade')
    await schema
      .createTable('chatwoot_bridge')
      .addColumn('device_id', text, (column) => ofDevice(column).primaryKey())
      .addColumn('url', text, required)
      .addColumn('account_id', long, required)
      .addColumn('inbox_id', long, required)
      .addColumn('inbox_name', text, required)
      .addColumn('token_sealed', bytes, required)
      .addColumn('hook_hash', bytes, (column) => column.notNull().unique())
      .addColumn('options', text, required)
      .addColumn('paused', text)
      .addColumn('position', long, required)
      .addColumn('to_chatwoot', long, zero)
      .addColumn('to_whatsapp', long, zero)
      .addColumn('failed', long, zero)
      .addColumn('last_error', text)
      .addColumn('last_error_at', long)
      .addColumn('created_at', long, required)
      .addColumn('updated_at', long, required)
      .addUniqueConstraint('chatwoot_bridge_inbox', ['url', 'account_id', 'inbox_id'])
      .execute()
    await schema
      .createTable('chatwoot_chat')
      .addColumn('device_id', text, ofBridge)
      .addColumn('jid', text, required)
      .addColumn('lid', text)
      .addColumn('name', text)
      .addColumn('contact_id', long, required)
      .addColumn('source_id', text)
      .addColumn('conversation_id', long)
      .addColumn('updated_at', long, required)
      .addPrimaryKeyConstraint('chatwoot_chat_key', ['device_id', 'jid'])
      .modifyEnd(withoutRowid)
      .execute()
    for (const column of ['lid', 'conversation_id'] as const) {
      await schema
        .createIndex(`chatwoot_chat_${column}`)
        .on('chatwoot_chat')
        .columns(['device_id', column])
        .where(sql.ref(column), 'is not', null)
        .execute()
    }
    await schema
      .createTable('chatwoot_link')
      .addColumn('device_id', text, ofBridge)
      .addColumn('message_id', text, required)
      .addColumn('chat', text, required)
      .addColumn('from_me', 'integer', required)
      .addColumn('chatwoot_id', long)
      .addColumn('part', 'integer', zero)
      .addColumn('conversation_id', long)
      .addColumn('state', text, required)
      .addColumn('tick', 'integer', zero)
      .addColumn('posted_at', long, required)
      .addPrimaryKeyConstraint('chatwoot_link_key', ['device_id', 'message_id', 'chat'])
      .modifyEnd(withoutRowid)
      .execute()
    await schema
      .createIndex('chatwoot_link_there')
      .unique()
      .on('chatwoot_link')
      .columns(['device_id', 'chatwoot_id', 'part'])
      .where(sql.ref('chatwoot_id'), 'is not', null)
      .execute()
    await schema
      .createTable('chatwoot_send')
      .addColumn('device_id', text, ofBridge)
      .addColumn('chatwoot_id', long, required)
      .addColumn('kind', text, required)
      .addColumn('conversation_id', long, required)
      .addColumn('payload', text, required)
      .addColumn('state', text, required)
      .addColumn('reason', text)
      .addColumn('attempts', 'integer', zero)
      .addColumn('due_at', long, required)
      .addColumn('created_at', long, required)
      .addPrimaryKeyConstraint('chatwoot_send_key', ['device_id', 'chatwoot_id', 'kind'])
      .modifyEnd(withoutRowid)
      .execute()
    await schema
      .createIndex('chatwoot_send_waiting')
      .on('chatwoot_send')
      .columns(['device_id', 'chatwoot_id'])
      .where(sql.ref('state'), '!=', sql.lit('done'))
      .execute()
  },
}
