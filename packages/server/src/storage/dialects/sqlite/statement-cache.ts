import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Bindable } from '../../bindable.ts'
import type { ThreadResult } from './protocol.ts'

interface Prepared {
  readonly statement: StatementSync
  readonly returnsRows: boolean
}

/** Prepared statements by their text, the least recently used leaving first. */
export class StatementCache {
  readonly #database: DatabaseSync
  readonly #limit: number
  readonly #prepared = new Map<string, Prepared>()

  constructor(database: DatabaseSync, limit = 512) {
    this.#database = database
    this.#limit = limit
  }

  run(sql: string, parameters: readonly Bindable[]): ThreadResult {
    const { statement, returnsRows } = this.#prepare(sql)
    if (returnsRows) {
      const rows = statement.all(...parameters) as Record<string, unknown>[]
      return { rows, affected: rows.length }
    }
    return { rows: [], affected: Number(statement.run(...parameters).changes) }
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known) {
      this.#prepared.delete(sql)
      this.#prepared.set(sql, known)
      return known
    }
    const statement = this.#database.prepare(sql)
    const prepared = { statement, returnsRows: statement.columns().length > 0 }
    this.#prepared.set(sql, prepared)
    const oldest = this.#prepared.keys().next()
    if (this.#prepared.size > this.#limit && !oldest.done) this.#prepared.delete(oldest.value)
    return prepared
  }
}
