import type { CompiledQuery } from 'kysely'

/** One statement of a unit. Build it with `Database.query` and `.compile()`. */
export interface Statement {
  readonly query: CompiledQuery
  /** The unit is rolled back and rejects with what this makes when the statement touched (or returned) no row. */
  readonly orElse?: () => Error
  /** Called with what the statement did once its unit is on disk, before `Database.commit` resolves. Must not throw. */
  readonly whenDurable?: (result: StatementResult) => void
}

export interface StatementResult {
  /** Rows of a select or of a `returning` clause. */
  readonly rows: readonly Record<string, unknown>[]
  readonly affected: number
}
