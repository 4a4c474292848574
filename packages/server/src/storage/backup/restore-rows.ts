import { sql } from 'kysely'
import { contentKindsOf } from '../content/content-columns.ts'
import { inFormOf } from '../content/stored-form.ts'
import type { Database, Statement } from '../database.ts'
import { serialTables } from './backup-tables.ts'
import type { BackupRow } from './snapshot.ts'

/** PostgreSQL takes 65,535 values in a statement. */
const valuesAtOnce = 20_000

/** What is asked in which database. */
type Asked = Pick<Database, 'query' | 'dialect'>

/** The columns of each table that the database has now. */
export type Columns = ReadonlyMap<string, ReadonlySet<string>>

export async function columnsOf({ query, dialect }: Asked): Promise<Columns> {
  const listed =
    dialect === 'sqlite'
      ? sql<{ table: string; column: string }>`select m.name as "table", c.name as "column"
          from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table'`
      : sql<{ table: string; column: string }>`select table_name as "table", column_name as "column"
          from information_schema.columns where table_schema = current_schema()`
  const { rows } = await listed.execute(query)
  const byTable = Map.groupBy(rows, ({ table }) => table)
  return new Map([...byTable].map(([table, own]) => [table, new Set(own.map(({ column }) => column))]))
}

/** What one of the two databases alone has: events of SQLite are before all days of PostgreSQL. */
const absent: Readonly<Record<string, BackupRow>> = { event: { day: 0 } }

/** Inserts rows of one table as they were; what the database does not know is for the other one alone.
 *  @param ownKeys the database gives out the keys anew, where it gives them */
export function insertRows(
  { query, dialect }: Asked,
  known: Columns,
  { table, rows }: { readonly table: string; readonly rows: readonly BackupRow[] },
  ownKeys = false,
): Statement[] {
  const isWanted = (column: string) =>
    known.get(table)?.has(column) && !(ownKeys && column === 'id' && serialTables.has(table))
  const columns = Object.keys({ ...absent[table], ...rows[0] }).filter(isWanted)
  if (columns.length === 0) return []
  const atOnce = Math.max(1, Math.floor(valuesAtOnce / columns.length))
  const kinds = contentKindsOf(table)
  const formOf = (column: string, value: unknown) => {
    const kind = kinds[column]
    return kind ? inFormOf(dialect, kind, value) : value
  }
  // Means nothing where the database gives out no keys.
  const overriding = dialect === 'postgres' && !ownKeys ? sql`overriding system value` : sql``
  const names = sql.join(columns.map((column) => sql.ref(column)))
  const statements: Statement[] = []
  for (let from = 0; from < rows.length; from += atOnce) {
    const tuples = rows.slice(from, from + atOnce).map((row) => {
      const whole = { ...absent[table], ...row }
      return sql`(${sql.join(columns.map((column) => formOf(column, whole[column])))})`
    })
    const insert = sql`insert into ${sql.table(table)} (${names}) ${overriding} values ${sql.join(tuples)}`
    statements.push({ query: insert.compile(query) })
  }
  return statements
}

/** After rows came with their keys: the database gives out none of them again. SQLite sees to that by itself. */
export const moveSerials = ({ query, dialect }: Asked): Statement[] =>
  dialect === 'sqlite'
    ? []
    : [...serialTables].map((table) => {
        const move = sql`select setval(pg_get_serial_sequence(${table}, 'id'), greatest((select max(id) from ${sql.table(table)}), 1),
          (select max(id) from ${sql.table(table)}) is not null)`
        return { query: move.compile(query) }
      })

/** Whether there are no customers and no devices. */
export async function isEmpty({ query }: Database): Promise<boolean> {
  const key = await query.selectFrom('api_key').select('id').limit(1).executeTakeFirst()
  const device = await query.selectFrom('device').select('id').limit(1).executeTakeFirst()
  return key === undefined && device === undefined
}

/** Numbers of the changes of the schema that a database has. */
export async function schemaOf({ query }: Database): Promise<string> {
  const { rows } = await sql<{ number: number }>`select number from schema_migration order by number`.execute(query)
  return rows.map(({ number }) => number).join()
}

/** What stands in a row already that a backup has. */
export async function conflictWith({ query }: Database, table: string, row: BackupRow): Promise<string | undefined> {
  if (table === 'api_key') {
    const found =
      await sql`select 1 from api_key where id = ${row['id']} or key_hash = ${row['key_hash']} limit 1`.execute(query)
    return found.rows.length > 0 ? `API key ${String(row['id'])}` : undefined
  }
  if (table === 'device') {
    const jid = row['jid'] ?? ''
    const found = await sql`select 1 from device where id = ${row['id']} or
      (jid = ${jid} and status in ('active', 'disconnected')) limit 1`.execute(query)
    return found.rows.length > 0 ? `device ${String(row['id'])}, or its link` : undefined
  }
  if (table !== 'webhook') return undefined
  const found = await sql`select 1 from webhook where id = ${row['id']} limit 1`.execute(query)
  return found.rows.length > 0 ? `webhook ${String(row['id'])}` : undefined
}
