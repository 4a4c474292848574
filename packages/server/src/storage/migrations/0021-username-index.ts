import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** People are found by their user names, in any case of letters. */
export const usernameIndex: Migration = {
  number: 21,
  name: 'username_index',
  async up(database) {
    await sql`create index contact_by_username on contact (device_id, lower(username)) where username is not null`.execute(
      database,
    )
  },
}
