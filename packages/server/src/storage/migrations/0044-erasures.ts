import type { Migration } from './migration.ts'

/** What was erased, or is to be. A row outlives what it is about: it refers to nothing. */
export const erasures: Migration = {
  number: 44,
  name: 'erasures',
  async up({ schema }, { text, bytes, long }) {
    await schema
      .createTable('erasure')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('api_key_id', long, (column) => column.notNull())
      .addColumn('device_id', text)
      .addColumn('request_id', text, (column) => column.notNull())
      .addColumn('state', text, (column) => column.notNull())
      .addColumn('subject', bytes)
      .addColumn('subject_hash', text)
      .addColumn('asked_by', text, (column) => column.notNull())
      .addColumn('counts', text, (column) => column.notNull())
      .addColumn('proof', text)
      .addColumn('error', text)
      .addColumn('created_at', long, (column) => column.notNull())
      .addColumn('updated_at', long, (column) => column.notNull())
      .addColumn('completed_at', long)
      .execute()
    await schema.createIndex('erasure_by_key').on('erasure').columns(['api_key_id', 'id']).execute()
    await schema.createIndex('erasure_by_request').on('erasure').column('request_id').execute()
    await schema.createIndex('erasure_by_state').on('erasure').columns(['state', 'id']).execute()
  },
}
