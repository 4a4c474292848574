import { DatabaseSync } from 'node:sqlite'
import type pg from 'pg'
import { type WhatsmeowRow, whatsmeowRows } from '../../../engine-baileys/src/testing/whatsmeow-rows.ts'
import { linkReaders } from '../engine/link-readers.ts'
import { readKeyFiles } from '../moving/sources/key-files.ts'

export type ForeignValue = string | number | boolean | Uint8Array | null

/** A row of a table of another program. */
export interface TableRow {
  readonly table: string
  readonly row: Readonly<Record<string, ForeignValue>>
}

const typeOf = (value: ForeignValue): string => {
  if (typeof value === 'number') return 'bigint'
  if (typeof value === 'boolean') return 'boolean'
  return value instanceof Uint8Array ? 'bytea' : 'text'
}

/** Statements that make the tables with these rows. */
function* statements(rows: readonly TableRow[], place: (n: number) => string) {
  for (const [table, own] of Map.groupBy(rows, (each) => each.table)) {
    const columns = Object.keys(own[0]!.row)
    const definition = columns.map((column) => `"${column}" ${typeOf(own[0]!.row[column]!)}`)
    yield { sql: `create table "${table}" (${definition})`, values: [] }
    const names = columns.map((column) => `"${column}"`)
    const places = columns.map((_, n) => place(n + 1))
    for (const { row } of own) {
      yield {
        sql: `insert into "${table}" (${names}) values (${places})`,
        values: columns.map((column) => row[column]!),
      }
    }
  }
}

export function fillSqlite(file: string, rows: readonly TableRow[]): void {
  const database = new DatabaseSync(file)
  database.exec('begin')
  for (const { sql, values } of statements(rows, () => '?')) {
    database.prepare(sql).run(...values.map((value) => (typeof value === 'boolean' ? Number(value) : value)))
  }
  database.exec('commit')
  database.close()
}

export async function fillPostgres(client: pg.Client, rows: readonly TableRow[]): Promise<void> {
  for (const { sql, values } of statements(rows, (n) => `$${n}`)) await client.query(sql, [...values])
}

/** The state of a stopped Baileys client as whatsmeow would keep it. */
export async function asWhatsmeow(folder: string, options: { byPhone?: boolean } = {}): Promise<TableRow[]> {
  const rows = whatsmeowRows(linkReaders.baileys(await readKeyFiles(folder)), options)
  return rows.map(({ table, row }: WhatsmeowRow) => ({ table: `whatsmeow_${table}`, row }))
}
