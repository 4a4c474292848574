import type { Migration } from './migration.ts'

/** Channels of which live counts are wanted: WhatsApp sends them for some minutes only. */
export const channelWatches: Migration = {
  number: 13,
  name: 'channel watches',
  async up({ schema }, { text, long, withoutRowid }) {
    await schema
      .createTable('channel_watch')
      .addColumn('device_id', text, (column) => column.notNull().references('device.id').onDelete('cascade'))
      .addColumn('channel', text, (column) => column.notNull())
      .addColumn('created_at', long, (column) => column.notNull())
      .addPrimaryKeyConstraint('channel_watch_key', ['device_id', 'channel'])
      .modifyEnd(withoutRowid)
      .execute()
  },
}
