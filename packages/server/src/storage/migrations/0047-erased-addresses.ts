import type { Migration } from './migration.ts'

/** Under which other addresses the subject of an erasure was known. */
export const erasedAddresses: Migration = {
  number: 47,
  name: 'erased addresses',
  async up({ schema }, { text }) {
    await schema.alterTable('erasure').addColumn('other_hashes', text).execute()
  },
}
