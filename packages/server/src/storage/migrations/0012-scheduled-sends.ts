import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Sends for a later time are looked for by that time. */
export const scheduledSends: Migration = {
  number: 12,
  name: 'scheduled sends',
  async up({ schema }) {
    await schema
      .createIndex('send_intent_due')
      .on('send_intent')
      .column('not_before')
      .where(sql.ref('state'), '=', sql.lit('scheduled'))
      .execute()
  },
}
