import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { createSqliteDialect } from '../dialects/sqlite/sqlite-dialect.ts'
import { SqliteThread } from '../dialects/sqlite/sqlite-thread.ts'
import { migrations } from '../migrations/index.ts'
import { migrate } from '../migrations/migrate.ts'
import type { Migration } from '../migrations/migration.ts'
import type { DatabaseTarget } from '../open-database.ts'
import type { Schema } from '../schema.ts'

/** Makes a database as it was before a migration, with what these statements write into it. */
export const makeFormerDatabase = (
  target: DatabaseTarget,
  { number: next }: Migration,
  statements: readonly string[],
): Promise<void> =>
  makeDatabaseOfSchema(target, next - 1, async (kysely) => {
    for (const statement of statements) await sql.raw(statement).execute(kysely)
  })

/** Makes a database as it was after the change of the schema with that number, and fills it. */
export async function makeDatabaseOfSchema(
  target: DatabaseTarget,
  newest: number,
  write: (kysely: Kysely<Schema>) => Promise<void>,
): Promise<void> {
  const fill = async (kysely: Kysely<Schema>) => {
    await migrate(
      kysely,
      target.type,
      migrations.filter(({ number }) => number <= newest),
    )
    await write(kysely)
  }
  if (target.type === 'sqlite') {
    const thread = new SqliteThread({ file: target.file }, () => {})
    await fill(new Kysely<Schema>({ dialect: createSqliteDialect(thread, { mayChange: true }) }))
    await thread.close()
    return
  }
  const pool = new pg.Pool({ connectionString: target.uri, max: 1 })
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  await fill(kysely)
  await kysely.destroy()
}

/** Bytes as a database has them in the text of a statement. @param hex two digits each */
export const bytesIn = ({ type }: DatabaseTarget, hex: string): string =>
  type === 'sqlite' ? `x'${hex}'` : `'\\x${hex}'::bytea`

/** An API key and its devices, which look alike before all migrations that have tests. @param lastEvent number of the last event of each device */
export const keyWithDevices = (bytes: string, ids: readonly string[], lastEvent = 0): string[] => [
  `insert into api_key (key_hash, key_prefix, key_suffix, customer_name, max_devices, is_active, created_at, updated_at)
    values (${bytes}, 'wam_', '0000', 'Test', 5, 1, 1, 1)`,
  ...ids.map(
    (id) => `insert into device
      (id, api_key_id, name, secret_hash, token_version, status, state, data_key_sealed, event_seq, created_at, updated_at)
      select '${id}', id, 'Test', ${bytes}, 1, 'pending', 'idle', ${bytes}, ${lastEvent}, 1, 1 from api_key`,
  ),
]

/** Numbers from 1 on, as a table `n` with `i`. */
export const numbersTo = (to: number): string =>
  `(with recursive n(i) as (select 1 union all select i + 1 from n where i < ${to}) select i from n) as n`
