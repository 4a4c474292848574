import { type ColumnDefinitionBuilder, sql } from 'kysely'
import type { Migration } from './migration.ts'

const required = (column: ColumnDefinitionBuilder) => column.notNull()

/** What is said about a message hangs on it: edits, deletions, reactions, pins. Rows that nobody reads by themselves are in no list. */
export const marks: Migration = {
  number: 10,
  name: 'marks',
  async up(schema, { text, long, withoutRowid }) {
    const columns = [
      ['listed', 'integer', (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(1)],
      ['target_id', text, (column: ColumnDefinitionBuilder) => column],
      ['edited_at', long, (column: ColumnDefinitionBuilder) => column],
      ['deleted_at', long, (column: ColumnDefinitionBuilder) => column],
      ['deleted_by', text, (column: ColumnDefinitionBuilder) => column],
    ] as const
    for (const [name, type, build] of columns) {
      await schema.schema.alterTable('message').addColumn(name, type, build).execute()
    }
    await sql`update message set listed = 0
      where type in ('reaction', 'edit', 'revoke', 'poll_vote', 'protocol')`.execute(schema)
    // It is not known whether messages of the phone's history were read: they count as read.
    await sql`update message set state = 'read'
      where source = 'history' and from_me = 0 and state = 'received'`.execute(schema)
    await schema.schema
      .createIndex('message_by_target')
      .on('message')
      .columns(['device_id', 'chat', 'target_id'])
      .where('target_id', 'is not', null)
      .execute()
    await schema.schema
      .createTable('message_mark')
      .addColumn('device_id', text, (column) => column.notNull().references('device.id').onDelete('cascade'))
      .addColumn('chat', text, required)
      .addColumn('message_id', text, required)
      .addColumn('kind', text, required)
      .addColumn('sender', text, required)
      .addColumn('id', text, required)
      .addColumn('value', text, required)
      .addColumn('at', long, required)
      .addPrimaryKeyConstraint('message_mark_key', ['device_id', 'chat', 'message_id', 'kind', 'sender'])
      .modifyEnd(withoutRowid)
      .execute()
  },
}
