import type { Migration } from './migration.ts'

/** The user name of the account behind a device. */
export const ownUsername: Migration = {
  number: 46,
  name: 'own username',
  async up({ schema }, { text }) {
    await schema.alterTable('device').addColumn('username', text).execute()
  },
}
