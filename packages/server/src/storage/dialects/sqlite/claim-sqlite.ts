import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeDirectory } from '../../make-directory.ts'

const busy = 5 // SQLITE_BUSY, https://www.sqlite.org/rescode.html#busy

/** Takes the lock of a database file, which ends with the process however it dies. It is a separate file: a lock in the database file itself would keep readers such as backups out.
 *  @returns undefined while another process has it. */
export function claimSqlite(file: string): (() => void) | undefined {
  makeDirectory(dirname(file))
  const lock = new DatabaseSync(`${file}.lock`, { timeout: 0 })
  try {
    lock.exec('begin exclusive')
    return () => lock.close()
  } catch (error) {
    lock.close()
    if ((error as { errcode?: number }).errcode === busy) return undefined
    throw error
  }
}
