import type { Migration } from './migration.ts'

/** How far the event log of a device was pruned, so that a reader who comes too late gets an error. */
export const eventRetention: Migration = {
  number: 3,
  name: 'event-retention',
  async up(schema, { long }) {
    await schema.schema
      .alterTable('device')
      .addColumn('events_pruned_to', long, (column) => column.notNull().defaultTo(0))
      .execute()
  },
}
