import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { PhoneStorage } from '../phone/phone-storage.ts'

/** Texts by key in one SQLite file. A write has reached the operating system when it returns, so that it survives the end of the process,
 *  however sudden; only a power failure may take the newest ones. */
export class SqliteStorage implements PhoneStorage {
  readonly durable = true
  readonly #db: DatabaseSync
  readonly #put: StatementSync
  readonly #remove: StatementSync
  readonly #range: StatementSync
  #depth = 0

  /** Opens (or makes) `sandbox.db` in that directory. */
  constructor(directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    this.#db = new DatabaseSync(join(directory, 'sandbox.db'))
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000')
    this.#db.exec('CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID')
    this.#put = this.#db.prepare('INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)')
    this.#remove = this.#db.prepare('DELETE FROM state WHERE key = ?')
    this.#range = this.#db.prepare('SELECT key, value FROM state WHERE key >= ? AND key < ? ORDER BY key')
  }

  entries(prefix: string): [string, string][] {
    const rows = this.#range.all(prefix, `${prefix}\u{10ffff}`) as { key: string; value: string }[]
    return rows.map(({ key, value }) => [key.slice(prefix.length), value])
  }

  write(key: string, value: string | undefined): void {
    if (value === undefined) this.#remove.run(key)
    else this.#put.run(key, value)
  }

  removeAll(prefix: string): void {
    for (const [key] of this.entries(prefix)) this.#remove.run(prefix + key)
  }

  batch<T>(work: () => T): T {
    if (this.#depth > 0) return work()
    this.#db.exec('BEGIN IMMEDIATE')
    this.#depth++
    try {
      const result = work()
      this.#db.exec('COMMIT')
      return result
    } catch (error) {
      this.#db.exec('ROLLBACK')
      throw error
    } finally {
      this.#depth--
    }
  }

  close(): void {
    this.#db.close()
  }
}
