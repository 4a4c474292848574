import { existsSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { ForeignRow } from '@switchboard/engine'
import { type ForeignDatabase, quoted } from './foreign-database.ts'

export function openForeignSqlite(file: string): ForeignDatabase {
  if (!existsSync(file)) throw new Error(`${file} is not there`)
  const database = new DatabaseSync(file, { readOnly: true })
  const names = new Set<unknown>()
  try {
    // One view of it from the first to the last row.
    database.exec('begin')
    for (const { name } of database.prepare(`select name from sqlite_master where type = 'table'`).all())
      names.add(name)
  } catch (error) {
    database.close()
    throw error
  }
  return {
    files: [file, `${file}-wal`, `${file}-journal`],
    hasTable: async (name) => names.has(name),
    async rows(table, column, value) {
      if (!names.has(table)) return []
      const where = column === undefined ? '' : ` where ${quoted(column)} = ?`
      const statement = database.prepare(`select * from ${quoted(table)}${where}`)
      return (column === undefined ? statement.all() : statement.all(value as SQLInputValue)) as ForeignRow[]
    },
    connected: async () => 0,
    close: async () => database.close(),
  }
}
