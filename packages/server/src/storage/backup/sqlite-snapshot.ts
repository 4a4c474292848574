import { copyFileSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { openSqlite } from '../dialects/sqlite/open-sqlite.ts'
import { makePrivateFile, unitsOf } from '../dialects/sqlite/private-file.ts'
import { backupTables, conditionOfKey } from './backup-tables.ts'
import { type BackupRow, orderOf, type Snapshot } from './snapshot.ts'

const rowsAtOnce = 500
/** All pages in one step: a copy in several begins again with each change that another process makes between them. */
const allPages = 0x7fff_ffff

/** How often a copy is made again because the gateway began another log meanwhile, which it does every few seconds. A file that takes longer to be copied is
 *  taken without the log: as it was when the copy began, or up to ten seconds before. */
const mostCopies = 3

/** A copy of the file is read and then removed, so that the gateway's log never waits for a reader. */
export async function takeSqliteSnapshot(file: string): Promise<Snapshot> {
  if (!existsSync(file)) throw new Error(`${file} is not there`)
  removeLeftOver(file)
  const name = freeName(file)
  own.add(name)
  const remove = () => {
    removeCopy(name)
    own.delete(name)
  }
  try {
    const copy = makePrivateFile(name)
    const source = new DatabaseSync(file, { readOnly: true, timeout: 30_000 })
    await copyWhole(source, file, copy).finally(() => source.close())
    // What was answered and is not in pages yet is applied from the log.
    await (await openSqlite(copy, {})).close()
    return snapshotOf(new DatabaseSync(copy), remove)
  } catch (error) {
    remove()
    throw error
  }
}

const copyMark = '.backup-'
/** Copies that this process has. */
const own = new Set<string>()
/** Whoever made a copy that is older than this, and has no process any more, was killed. */
const leftOverMs = 60 * 60 * 1000

function removeCopy(copy: string): void {
  for (const end of ['', '-wal', '-shm', '-journal', '-units', '.lock']) rmSync(`${copy}${end}`, { force: true })
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A process may have several copies at once. Numbers are used again, and with them what a killed process with the same id left. */
function freeName(file: string): string {
  for (let number = 1; ; number++) {
    const name = `${path.resolve(file)}${copyMark}${process.pid}-${number}`
    if (!own.has(name)) return name
  }
}

function removeLeftOver(file: string): void {
  const [folder, start] = [path.dirname(file), `${path.basename(file)}${copyMark}`]
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(start) ? /^(\d+)(?:-\d+)?$/.exec(name.slice(start.length))?.[1] : undefined
    const copy = path.resolve(folder, name)
    const isUsed = () => (Number(pid) === process.pid ? own.has(copy) : isRunning(Number(pid)))
    if (pid === undefined || isUsed()) continue
    if (Date.now() - statSync(copy).mtimeMs > leftOverMs) removeCopy(copy)
  }
}

/** Pages, and the log that continues them: the number in `user_version` names it, and is another one when the gateway began a new log in between. */
async function copyWhole(source: DatabaseSync, file: string, copy: string): Promise<void> {
  for (let count = 1; ; count++) {
    await backup(source, copy, { rate: allPages })
    if (existsSync(unitsOf(file))) copyFileSync(unitsOf(file), unitsOf(copy))
    const copied = new DatabaseSync(copy, { readOnly: true })
    const isWhole = logOf(copied) === logOf(source)
    copied.close()
    if (isWhole) return
    if (count < mostCopies) continue
    rmSync(unitsOf(copy), { force: true })
    return
  }
}

const logOf = (database: DatabaseSync): unknown => database.prepare('pragma user_version').get()?.['user_version']

function snapshotOf(database: DatabaseSync, remove: () => void): Snapshot {
  const listed = database.prepare(`select name from sqlite_master where type = 'table'`).all()
  const tables = backupTables(listed.map(({ name }) => String(name)))
  const columnsOf = (table: string) =>
    database
      .prepare(`select name from pragma_table_info(?)`)
      .all(table)
      .map(({ name }) => String(name))
  return {
    tables,
    async *rows(table, apiKeyId) {
      const condition = apiKeyId === undefined ? '1 = 1' : conditionOfKey(table, columnsOf(table))
      if (condition === undefined) return
      const values = [...condition.matchAll(/\?/g)].map(() => apiKeyId!)
      let some: BackupRow[] = []
      for (const row of database
        .prepare(`select * from "${table}" where ${condition}${orderOf(table)}`)
        .iterate(...values)) {
        some.push(row)
        if (some.length < rowsAtOnce) continue
        yield some
        some = []
      }
      if (some.length > 0) yield some
    },
    async schema() {
      const applied = database.prepare('select number from schema_migration order by number').all()
      return applied.map(({ number }) => number).join()
    },
    async close() {
      database.close()
      remove()
    },
  }
}
