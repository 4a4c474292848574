import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import { columnTypes } from './column-types.ts'
import type { Migration } from './migration.ts'

/** Table, column that names what has changed, and the columns that others must know; none: all of them. */
const watched: readonly (readonly [string, string, readonly string[]])[] = [
  ['api_key', 'id', ['key_hash', 'is_active', 'rate_limit_per_hour']],
  ['device', 'id', ['api_key_id', 'secret_hash', 'token_version']],
  ['access_key', 'id', ['secret_hash', 'scopes', 'networks', 'expires_at']],
  ['send_policy', 'holder', []],
  ['console_session', 'id', []],
  ['webhook', 'scope', ['url', 'secret_sealed', 'previous_secret_sealed', 'filter', 'active', 'open', 'version']],
]

const statements = [
  sql`create table change (id bigint generated always as identity primary key, kind text collate "C" not null,
    target text collate "C" not null, at bigint not null default (extract(epoch from clock_timestamp()) * 1000)::bigint)`,
  sql`create index change_by_time on change (at)`,
  sql`create function switchboard_note_change() returns trigger language plpgsql as $$
    begin
      insert into change (kind, target)
        values (tg_table_name, case tg_op when 'DELETE' then to_jsonb(old) else to_jsonb(new) end ->> tg_argv[0]);
      return null;
    end $$`,
  ...watched.map(([table, name, columns]) => {
    const of = columns.length > 0 ? sql` of ${sql.join(columns.map((column) => sql.ref(column)))}` : sql``
    return sql`create trigger note_change after insert or delete or update${of} on ${sql.table(table)}
      for each row execute function switchboard_note_change(${sql.lit(name)})`
  }),
  sql`create table ticket (hash text collate "C" primary key, scope text collate "C" not null, content text not null, ends_at bigint not null)`,
  sql`create index ticket_by_scope on ticket (scope)`,
  sql`create table request_window (name text collate "C" primary key, used bigint not null, ends_at bigint not null)`,
]

/** What gateways that work together tell each other of who may call. On PostgreSQL only: with SQLite there is one. */
export const sharedTenants: Migration = {
  number: 34,
  name: 'shared-tenants',
  async up(database: Kysely<Schema>, types) {
    if (types !== columnTypes.postgres) return
    for (const statement of statements) await statement.execute(database)
  },
}
