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
export async function makeFormerDatabase(
  target: DatabaseTarget,
  { number: next }: Migration,
  statements: readonly string[],
): Promise<void> {
  const fill = async (kysely: Kysely<Schema>) => {
    const known = migrations.filter(({ number }) => number < next)
    await migrate(kysely, target.type, known)
    for (const statement of statements) await sql.raw(statement).execute(kysely)
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

/** Numbers from 1 on, as a table `n` with `i`. */
export const numbersTo = (to: number): string =>
  `(with recursive n(i) as (select 1 union all select i + 1 from n where i < ${to}) select i from n) as n`
