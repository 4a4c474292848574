import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import { columnTypes } from './column-types.ts'
import { migrations } from './index.ts'
import type { Migration } from './migration.ts'

type Dialect = 'sqlite' | 'postgres'

// Any number that nobody else locks; it spells "swbd".
const advisoryLock = 0x73776264

async function begin(connection: Kysely<Schema>, dialect: Dialect): Promise<void> {
  if (dialect === 'sqlite') {
    await sql`begin immediate`.execute(connection)
    return
  }
  await sql`begin`.execute(connection)
  await sql`select pg_advisory_xact_lock(${sql.lit(advisoryLock)})`.execute(connection)
}

async function appliedNumbers(connection: Kysely<Schema>): Promise<Set<number>> {
  await sql`create table if not exists schema_migration (number integer primary key, name text not null, applied_at bigint not null)`.execute(
    connection,
  )
  const { rows } = await sql<{ number: number }>`select number from schema_migration`.execute(connection)
  return new Set(rows.map((row) => row.number))
}

async function applyMissing(connection: Kysely<Schema>, dialect: Dialect, known: readonly Migration[]): Promise<void> {
  const applied = await appliedNumbers(connection)
  const newest = Math.max(0, ...known.map(({ number }) => number))
  const ahead = [...applied].filter((number) => number > newest)
  if (ahead.length > 0) {
    throw new Error(
      `The database was written by a newer version (schema ${Math.max(...ahead)}, this one knows ${newest})`,
    )
  }
  for (const migration of known) {
    if (applied.has(migration.number)) continue
    await migration.up(connection, columnTypes[dialect])
    await sql`insert into schema_migration (number, name, applied_at) values (${migration.number}, ${migration.name}, ${Date.now()})`.execute(
      connection,
    )
  }
}

async function isUpToDate(connection: Kysely<Schema>, known: readonly Migration[]): Promise<boolean> {
  const numbers = sql<{ number: number }>`select number from schema_migration order by number`
  const applied = await numbers.execute(connection).catch(() => undefined)
  return applied?.rows.map(({ number }) => number).join() === known.map(({ number }) => number).join()
}

/** Applies what is missing, all or nothing, while other processes that start at the same moment wait.
 *  @throws when the database was written by a newer version. */
export async function migrate(
  database: Kysely<Schema>,
  dialect: Dialect,
  known: readonly Migration[] = migrations,
): Promise<void> {
  await database.connection().execute(async (connection) => {
    // Most starts have nothing to change, and need neither the lock nor room on the disk.
    if (await isUpToDate(connection, known)) return
    await begin(connection, dialect)
    try {
      await applyMissing(connection, dialect, known)
      await sql`commit`.execute(connection)
    } catch (error) {
      await sql`rollback`.execute(connection)
      throw error
    }
  })
}
