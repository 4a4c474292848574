import type { Migration } from './migration.ts'

/** Which notifications were taken, so that one that WhatsApp delivers again raises its events once. */
export const takenStanzas: Migration = {
  number: 7,
  name: 'taken stanzas',
  async up(schema, { text, long, withoutRowid }) {
    await schema.schema
      .createTable('taken_stanza')
      .addColumn('device_id', text, (column) => column.notNull().references('device.id').onDelete('cascade'))
      .addColumn('id', text, (column) => column.notNull())
      .addColumn('taken_at', long, (column) => column.notNull())
      .addPrimaryKeyConstraint('taken_stanza_key', ['device_id', 'id'])
      .modifyEnd(withoutRowid)
      .execute()
    await schema.schema.createIndex('taken_stanza_age').on('taken_stanza').column('taken_at').execute()
  },
}
