import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import { columnTypes } from './column-types.ts'
import type { Migration } from './migration.ts'

const columns = sql.raw(
  'device_id, chat, id, sender, from_me, type, text, quoted_id, push_name, body, state, state_reason, source, listed, target_id, edited_at, deleted_at, deleted_by, sent_at, created_at, updated_at',
)

/** SQLite cannot change a primary key: the table is made anew, row by row inside the database. */
async function rebuildOnSqlite(database: Kysely<Schema>): Promise<void> {
  const statements = [
    sql`create table message_anew (
      device_id text not null references device (id) on delete cascade, chat text not null, id text not null, sender text not null,
      from_me integer not null, type text not null, text text, quoted_id text, push_name text, body blob, state text not null,
      state_reason text, source text not null, listed integer not null default 1, target_id text, edited_at integer,
      deleted_at integer, deleted_by text, steps text, sent_at integer not null, created_at integer not null, updated_at integer not null,
      constraint message_key primary key (device_id, id, chat))`,
    sql`insert into message_anew (${columns}, steps) select ${columns},
        (select group_concat(json_array(s.state, s.at, s.reason) || char(10), '') from
          (select * from message_state s where s.device_id = m.device_id and s.message_id = m.id order by s.at, s.rowid) s)
      from message m order by m.rowid`,
    sql`drop table message`,
    sql`alter table message_anew rename to message`,
    sql`create index message_by_time on message (device_id, chat, sent_at, id)`,
    sql`create index message_by_target on message (device_id, chat, target_id) where target_id is not null`,
  ]
  for (const statement of statements) await statement.execute(database)
}

async function changeOnPostgres(database: Kysely<Schema>): Promise<void> {
  const statements = [
    sql`alter table message add column steps text`,
    sql`update message m set steps = s.lines from
      (select device_id, message_id, string_agg(json_build_array(state, at, reason)::text || chr(10), '' order by at, ctid) as lines
        from message_state group by device_id, message_id) s
      where s.device_id = m.device_id and s.message_id = m.id`,
    sql`drop index message_by_id`,
    sql`alter table message drop constraint message_key`,
    sql`alter table message add constraint message_key primary key (device_id, id, chat)`,
  ]
  for (const statement of statements) await statement.execute(database)
}

/** What the gateway did about a message stands in its row instead of rows of their own. A message is found by its id through its key: one index less. And nobody
 *  looks for events by their age: `seq` has the same order. */
export const steps: Migration = {
  number: 23,
  name: 'steps',
  async up(database, types) {
    if (types === columnTypes.sqlite) await rebuildOnSqlite(database)
    else await changeOnPostgres(database)
    await sql`drop table message_state`.execute(database)
    await sql`drop index event_by_age`.execute(database)
  },
}
