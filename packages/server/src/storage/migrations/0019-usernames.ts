import type { Migration } from './migration.ts'

/** User names of people. */
export const usernames: Migration = {
  number: 19,
  name: 'usernames',
  async up({ schema }, { text }) {
    await schema.alterTable('contact').addColumn('username', text).execute()
  },
}
