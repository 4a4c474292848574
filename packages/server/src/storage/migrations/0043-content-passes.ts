import type { Migration } from './migration.ts'

/** How far what was stored before is sealed, or opened again. */
export const contentPasses: Migration = {
  number: 43,
  name: 'content passes',
  async up({ schema }, { text, long, withoutRowid }) {
    await schema
      .createTable('content_pass')
      .addColumn('name', text, (column) => column.primaryKey())
      .addColumn('seals', 'integer', (column) => column.notNull())
      .addColumn('place', text)
      .addColumn('changed', long, (column) => column.notNull())
      .addColumn('changed_now', long, (column) => column.notNull())
      .addColumn('done', 'integer', (column) => column.notNull())
      .addColumn('updated_at', long, (column) => column.notNull())
      .modifyEnd(withoutRowid)
      .execute()
  },
}
