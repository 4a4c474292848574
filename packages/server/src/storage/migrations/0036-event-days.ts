import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import { columnTypes } from './column-types.ts'
import type { Migration } from './migration.ts'

const dayMs = 24 * 60 * 60 * 1000

/** What was logged before becomes the first partition as it stands: no row is copied. Its events have day 0, which is before all others. */
async function cutByDay(database: Kysely<Schema>): Promise<void> {
  const end = Math.floor(Date.now() / dayMs) + 1
  const statements = [
    sql`alter table event rename to event_early`,
    sql`alter table event_early add column day integer not null default 0`,
    sql`alter table event_early alter column day drop default`,
    sql`drop index event_of_connection`,
    sql`alter table event_early drop constraint event_pkey, drop constraint event_in_order`,
    sql`create table event (id text collate "C" not null, device_id text collate "C" not null references device (id) on delete cascade,
      seq bigint not null, type text collate "C" not null, payload text collate "C" not null, backfill integer not null default 0,
      created_at bigint not null, day integer not null, constraint event_in_order primary key (device_id, day, seq)) partition by range (day)`,
    sql`create unique index event_by_id on event (id, day)`,
    sql`create index event_of_connection on event (device_id, day, seq) where type >= 'connection.' and type < 'connection/'`,
    sql`alter table event attach partition event_early for values from (0) to (${sql.lit(end)})`,
    sql`alter table device add column event_day integer not null default 0, add column event_day_first bigint not null default 0`,
    sql`create table event_day (device_id text collate "C" not null references device (id) on delete cascade, first_seq bigint not null,
      day integer not null, constraint event_day_key primary key (device_id, first_seq))`,
  ]
  for (const statement of statements) await statement.execute(database)
}

/** On PostgreSQL the event log is cut by day: old days are dropped, and nothing that is written or read grows with the number of events. */
export const eventDays: Migration = {
  number: 36,
  name: 'event-days',
  async up(database, types) {
    if (types === columnTypes.postgres) await cutByDay(database)
    await database.schema
      .alterTable('key_log_run')
      .addColumn('day', 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
  },
}
