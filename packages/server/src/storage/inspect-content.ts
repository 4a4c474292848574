import { existsSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely'
import { type ContentCount, countContent } from './content/count-content.ts'
import type { DatabaseTarget } from './open-database.ts'
import type { Schema } from './schema.ts'

const isThere = {
  sqlite: sql`select 1 from sqlite_master where type = 'table' and name = 'content_pass'`,
  postgres: sql`select 1 where to_regclass('content_pass') is not null`,
} as const

/** How much of what people wrote is sealed, in a database that a gateway may work with. Changes nothing.
 *  @returns undefined where there is no database yet, or one of a version without sealing @throws what the database or its driver says */
export async function inspectContent(target: DatabaseTarget): Promise<ContentCount[] | undefined> {
  if (target.type === 'sqlite' && !existsSync(target.file)) return undefined
  const query = await (target.type === 'sqlite' ? readSqlite(target.file) : readPostgres(target.uri))
  try {
    const { rows } = await isThere[target.type].execute(query)
    if (rows.length === 0) return undefined
    return await countContent({ query, dialect: target.type })
  } finally {
    await query.destroy()
  }
}

function readSqlite(file: string): Kysely<Schema> {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
  const prepare = (text: string) => {
    const statement = database.prepare(text)
    return {
      reader: true,
      all: (values: readonly unknown[]) => statement.all(...(values as SQLInputValue[])),
      iterate: (values: readonly unknown[]) => statement.iterate(...(values as SQLInputValue[])),
      run: (): never => {
        throw new Error('Nothing is changed here')
      },
    }
  }
  return new Kysely<Schema>({ dialect: new SqliteDialect({ database: { prepare, close: () => database.close() } }) })
}

async function readPostgres(uri: string): Promise<Kysely<Schema>> {
  const [{ default: pg }, { connectionSettings }] = await Promise.all([
    import('pg'),
    import('./dialects/postgres/connection-settings.ts'),
  ])
  const pool = new pg.Pool({ ...connectionSettings(uri), max: 1 } as never)
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
}
