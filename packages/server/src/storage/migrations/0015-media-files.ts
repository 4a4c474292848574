import type { ColumnDefinitionBuilder } from 'kysely'
import type { Migration } from './migration.ts'

const required = (column: ColumnDefinitionBuilder) => column.notNull()

/** Files that are kept to be sent: uploaded for many sends, or waiting for their own one. */
export const mediaFiles: Migration = {
  number: 15,
  name: 'media-files',
  async up({ schema }, { text, long, withoutRowid }) {
    await schema
      .createTable('media_file')
      .addColumn('device_id', text, (column) => column.notNull().references('device.id').onDelete('cascade'))
      .addColumn('id', text, required)
      .addColumn('source_id', text)
      .addColumn('form', text, required)
      .addColumn('facts', text, required)
      .addColumn('bytes', long, required)
      .addColumn('uploaded', text)
      .addColumn('created_at', long, required)
      .addColumn('expires_at', long, required)
      .addPrimaryKeyConstraint('media_file_key', ['device_id', 'id'])
      .modifyEnd(withoutRowid)
      .execute()
    await schema
      .createIndex('media_file_by_source')
      .on('media_file')
      .columns(['device_id', 'source_id', 'form'])
      .where('source_id', 'is not', null)
      .execute()
    await schema.createIndex('media_file_by_end').on('media_file').columns(['expires_at']).execute()
    await schema.alterTable('send_intent').addColumn('media_id', text).execute()
    await schema
      .createIndex('send_intent_by_media')
      .on('send_intent')
      .columns(['device_id', 'media_id'])
      .where('media_id', 'is not', null)
      .execute()
  },
}
