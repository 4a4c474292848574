import type { DatabaseSync } from 'node:sqlite'
import type { ThreadError, ThreadOutcome, ThreadResult, ThreadStatement } from './protocol.ts'
import type { StatementCache } from './statement-cache.ts'

export function toThreadError(error: unknown): ThreadError {
  const errcode = (error as { errcode?: unknown }).errcode
  return {
    message: error instanceof Error ? error.message : String(error),
    errcode: typeof errcode === 'number' ? errcode : undefined,
  }
}

function run(cache: StatementCache, unit: readonly ThreadStatement[]): ThreadOutcome {
  const results: ThreadResult[] = []
  try {
    for (const [place, statement] of unit.entries()) {
      const result = cache.run(statement)
      if (statement.required && result.affected === 0) return { missedAt: place }
      results.push(result)
    }
    return { results }
  } catch (error) {
    return { error: toThreadError(error) }
  }
}

/** Applies a unit of a transaction, whole or not at all. @param savepoint what is gone back to when it fails: one that is made here, or that of the batch, and then
 *  nothing of the units before it remains either @throws when the transaction as a whole failed; then nothing of it remains */
export function applyUnit(
  database: DatabaseSync,
  cache: StatementCache,
  unit: readonly ThreadStatement[],
  savepoint: 'batch' | 'unit',
): ThreadOutcome {
  if (savepoint === 'unit') cache.control('savepoint unit')
  const outcome = run(cache, unit)
  // A full disk or an input/output error ends the transaction by itself: then no unit of it may count as applied.
  if (!database.isTransaction) {
    const { message, errcode } = 'error' in outcome ? outcome.error : { message: 'transaction ended early' }
    throw Object.assign(new Error(message), { errcode })
  }
  if (!('results' in outcome)) cache.control(`rollback to ${savepoint}`)
  if (savepoint === 'unit') cache.control('release unit')
  return outcome
}
