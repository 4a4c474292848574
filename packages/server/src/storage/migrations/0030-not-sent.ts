import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Messages that did not leave, or of which nobody knows, are listed. */
export const notSent: Migration = {
  number: 30,
  name: 'not sent',
  async up(database) {
    await sql`create index message_not_sent on message (device_id, created_at, id)
      where state in ('failed', 'expired', 'unknown') and from_me = 1`.execute(database)
  },
}
