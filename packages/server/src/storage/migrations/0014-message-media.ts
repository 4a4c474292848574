import type { ColumnDefinitionBuilder } from 'kysely'
import type { Migration } from './migration.ts'

const required = (column: ColumnDefinitionBuilder) => column.notNull()

/** Where the file of a message is, the files that are kept here, and what a device wants to be fetched by itself. */
export const messageMedia: Migration = {
  number: 14,
  name: 'message-media',
  async up({ schema }, { text, long, withoutRowid }) {
    await schema
      .createTable('message_media')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('device_id', text, (column) => column.notNull().references('device.id').onDelete('cascade'))
      .addColumn('chat', text, required)
      .addColumn('message_id', text, required)
      .addColumn('state', text, required)
      .addColumn('reason', text)
      .addColumn('path', text)
      .addColumn('sha256', text)
      .addColumn('size', long)
      .addColumn('asked_at', long)
      .addColumn('due_at', long)
      .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('stored_at', long)
      .addColumn('created_at', long, required)
      .addColumn('updated_at', long, required)
      .execute()
    await schema
      .createIndex('message_media_by_message')
      .on('message_media')
      .columns(['device_id', 'chat', 'message_id'])
      .unique()
      .execute()
    await schema
      .createIndex('message_media_due')
      .on('message_media')
      .columns(['device_id', 'due_at'])
      .where('due_at', 'is not', null)
      .execute()
    await schema
      .createIndex('message_media_by_content')
      .on('message_media')
      .columns(['sha256'])
      .where('sha256', 'is not', null)
      .execute()
    // No reference to the key: its files are removed from the disk first, by a sweep, and from here after that.
    await schema
      .createTable('kept_file')
      .addColumn('api_key_id', long, required)
      .addColumn('sha256', text, required)
      .addColumn('size', long, required)
      .addColumn('created_at', long, required)
      .addPrimaryKeyConstraint('kept_file_key', ['api_key_id', 'sha256'])
      .modifyEnd(withoutRowid)
      .execute()
    await schema
      .createTable('media_policy')
      .addColumn('device_id', text, (column) => column.primaryKey().references('device.id').onDelete('cascade'))
      .addColumn('mode', text, required)
      .addColumn('types', text, required)
      .addColumn('max_bytes', long, required)
      .addColumn('updated_at', long, required)
      .modifyEnd(withoutRowid)
      .execute()
  },
}
