import { DatabaseSync } from 'node:sqlite'
import { makePrivateFile } from './private-file.ts'

const busy = 5 // SQLITE_BUSY, https://www.sqlite.org/rescode.html#busy

/** Takes the lock of a database file, which ends with the process however it dies. It is a separate file: a lock in the database file itself would keep readers such as backups out.
 *  @returns undefined while another process has it. */
export function claimSqlite(file: string): (() => void) | undefined {
  const lock = new DatabaseSync(`${makePrivateFile(file)}.lock`, { timeout: 0 })
  try {
    lock.exec('begin exclusive')
    return () => lock.close()
  } catch (error) {
    lock.close()
    if ((error as { errcode?: number }).errcode === busy) return undefined
    throw error
  }
}
