import type { Migration } from './migration.ts'

/** Webhooks that get events in the form of another product, and what that form needs to know. */
export const webhookFormats: Migration = {
  number: 38,
  name: 'webhook formats',
  async up({ schema }, { text, bytes }) {
    await schema.alterTable('webhook').addColumn('format', text).execute()
    await schema.alterTable('webhook').addColumn('format_sealed', bytes).execute()
  },
}
