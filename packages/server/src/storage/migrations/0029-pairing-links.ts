import type { Migration } from './migration.ts'

/** Pages on which somebody without a credential links one device. */
export const pairingLinks: Migration = {
  number: 29,
  name: 'pairing links',
  async up({ schema }, { text, long, bytes }) {
    await schema
      .createTable('pairing_link')
      .addColumn('token_hash', bytes, (column) => column.primaryKey())
      .addColumn('device_id', text, (column) => column.notNull().references('device.id').onDelete('cascade'))
      .addColumn('created_at', long, (column) => column.notNull())
      .addColumn('expires_at', long, (column) => column.notNull())
      .addColumn('used_at', long)
      .execute()
    await schema.createIndex('pairing_link_by_device').on('pairing_link').column('device_id').execute()
  },
}
