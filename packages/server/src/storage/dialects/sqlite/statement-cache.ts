import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ThreadRequest, ThreadResult, ThreadStatement } from './protocol.ts'

interface Known {
  readonly sql: string
  /** It changes nothing. */
  readonly isRead: boolean
  prepared: { readonly statement: StatementSync; readonly returnsRows: boolean } | undefined
}

type Control =
  | 'begin immediate'
  | 'commit'
  | 'rollback'
  | `${'savepoint' | 'rollback to' | 'release'} ${'batch' | 'unit'}`
  | 'pragma user_version'

/** Statements that say by their first word that they change nothing. */
const reads = /^\s*(?:select|pragma|explain|with\b(?!.*\b(?:insert|update|delete)\b))/is

const statementsOf = (request: ThreadRequest): readonly ThreadStatement[] => {
  if (request.kind === 'commit') return request.units.flat()
  return 'statement' in request ? [request.statement] : []
}

/** The statements of this thread, prepared when they are first used. */
export class StatementCache {
  readonly #database: DatabaseSync
  readonly #known = new Map<number, Known>()
  readonly #controls = new Map<Control, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Notes every text of a request, before any of it is run: what comes behind a failure is not run, and its text comes only once. */
  learn(request: ThreadRequest): void {
    for (const { id, sql } of statementsOf(request)) {
      if (sql !== undefined) this.#known.set(id, { sql, isRead: reads.test(sql), prepared: undefined })
    }
  }

  run({ id, parameters }: ThreadStatement): ThreadResult {
    const { statement, returnsRows } = this.#prepared(id)
    if (returnsRows) {
      const rows = statement.all(...parameters) as Record<string, unknown>[]
      return { rows, affected: rows.length }
    }
    return { rows: [], affected: Number(statement.run(...parameters).changes) }
  }

  control(sql: Control): Record<string, unknown> | undefined {
    const statement = this.#controls.get(sql) ?? this.#database.prepare(sql)
    this.#controls.set(sql, statement)
    return statement.get()
  }

  textOf(id: number): { readonly sql: string; readonly isRead: boolean } {
    return this.#of(id)
  }

  forget(ids: readonly number[]): void {
    for (const id of ids) this.#known.delete(id)
  }

  #of(id: number): Known {
    const known = this.#known.get(id)
    if (!known) throw new Error(`The storage thread does not know statement ${id}`)
    return known
  }

  #prepared(id: number): NonNullable<Known['prepared']> {
    const known = this.#of(id)
    if (!known.prepared) {
      const statement = this.#database.prepare(known.sql)
      known.prepared = { statement, returnsRows: statement.columns().length > 0 }
    }
    return known.prepared
  }
}
