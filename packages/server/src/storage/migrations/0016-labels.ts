import type { Migration } from './migration.ts'

/** Labels, what has them, and the settings of an account that its devices share. */
export const labels: Migration = {
  number: 16,
  name: 'labels',
  async up(schema, { text, long, withoutRowid }) {
    const ofDevice = (table: string) =>
      schema.schema
        .createTable(table)
        .addColumn('device_id', text, (column) => column.notNull().references('device.id').onDelete('cascade'))
    await ofDevice('label')
      .addColumn('id', text, (column) => column.notNull())
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('color', 'integer', (column) => column.notNull())
      .addColumn('deleted', 'integer', (column) => column.notNull())
      .addColumn('updated_at', long, (column) => column.notNull())
      .addPrimaryKeyConstraint('label_key', ['device_id', 'id'])
      .modifyEnd(withoutRowid)
      .execute()
    await ofDevice('labeled_chat')
      .addColumn('label_id', text, (column) => column.notNull())
      .addColumn('chat', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('labeled_chat_key', ['device_id', 'label_id', 'chat'])
      .modifyEnd(withoutRowid)
      .execute()
    await schema.schema.createIndex('labeled_chat_by_chat').on('labeled_chat').columns(['device_id', 'chat']).execute()
    await ofDevice('labeled_message')
      .addColumn('label_id', text, (column) => column.notNull())
      .addColumn('chat', text, (column) => column.notNull())
      .addColumn('message_id', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('labeled_message_key', ['device_id', 'label_id', 'chat', 'message_id'])
      .modifyEnd(withoutRowid)
      .execute()
    await ofDevice('account_setting')
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('value', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('account_setting_key', ['device_id', 'name'])
      .modifyEnd(withoutRowid)
      .execute()
    await schema.schema.alterTable('chat').dropColumn('labels').execute()
  },
}
