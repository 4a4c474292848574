import type { Migration } from './migration.ts'

/** What a writer leaves in each transaction, so that it can look whether a transaction without an answer was applied. */
export const commitMarks: Migration = {
  number: 2,
  name: 'commit-marks',
  async up(schema, { text, long }) {
    await schema.schema
      .createTable('commit_mark')
      .addColumn('writer', text, (column) => column.primaryKey())
      .addColumn('number', long, (column) => column.notNull())
      .addColumn('at', long, (column) => column.notNull())
      .execute()
  },
}
