import pg from 'pg'
import { StorageError, type StorageErrorKind } from '../../storage-error.ts'

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const kinds: Readonly<Record<string, StorageErrorKind>> = { '23505': 'unique', '23503': 'foreign_key' }
const conflicts = new Set(['40001', '40P01'])

/** Only what the server itself answered has an SQLSTATE: a system error has a `code` too, and `EPIPE` even looks like one. */
const sqlState = (error: unknown): string | undefined => (error instanceof pg.DatabaseError ? error.code : undefined)

/** Another transaction was in the way; the same one may succeed when repeated. */
export const isConflict = (error: unknown): boolean => conflicts.has(sqlState(error) ?? '')

/** The connection is gone, as opposed to a statement that was refused: no SQLSTATE, or class 57P (shutdown) or 08 (connection). */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlState(error)
  return state === undefined ? !(error instanceof StorageError) : state.startsWith('57P') || state.startsWith('08')
}

export function postgresError(error: unknown): StorageError {
  if (error instanceof StorageError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new StorageError(kinds[sqlState(error) ?? ''] ?? 'failed', message, { cause: error })
}
