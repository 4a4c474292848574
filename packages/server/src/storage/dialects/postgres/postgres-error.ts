import { StorageError, type StorageErrorKind } from '../../storage-error.ts'

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const kinds: Readonly<Record<string, StorageErrorKind>> = { '23505': 'unique', '23503': 'foreign_key' }
const conflicts = new Set(['40001', '40P01'])
/** Connection exceptions, shutdowns, and a transaction that was ended because this process was silent in it. */
const lost = /^(08|57P|25P03)/
/** Out of room, memory or connections; cancelled by an operator; a server that only reads now, as after a failover; a lock that was not given. */
const passing = /^(53|57|25006|55P03)/

interface ServerError extends Error {
  readonly code?: string
  /** Only what the server itself answered has one. */
  readonly severity: string
}

/** By what it has, and not by the driver's class: nobody who uses SQLite loads the driver for it. */
const isServerError = (error: unknown): error is ServerError =>
  error instanceof Error && typeof (error as Partial<ServerError>).severity === 'string'

/** Only what the server itself answered has an SQLSTATE: a system error has a `code` too, and `EPIPE` even looks like one. */
const sqlState = (error: unknown): string | undefined => (isServerError(error) ? error.code : undefined)

/** Another transaction was in the way; the same one may succeed when repeated. */
export const isConflict = (error: unknown): boolean => conflicts.has(sqlState(error) ?? '')

/** A lock was not given in the time that `lock_timeout` allows. */
export const isLockTimeout = (error: unknown): boolean => sqlState(error) === '55P03'

/** The connection is gone, as opposed to a statement that was refused. */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlState(error)
  return state === undefined ? !(error instanceof StorageError) : lost.test(state)
}

/** The server did not answer a statement in time. */
export const isTimeout = (error: unknown): boolean =>
  sqlState(error) === undefined && error instanceof Error && error.message === 'Query read timeout'

// What the system says of a server that is not there, or not yet; names may not resolve before it is.
const away = new Set(
  [
    'ECONNREFUSED',
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EHOSTDOWN',
  ].concat(['ENETDOWN', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT']),
)
/** What `pg` says without a code. */
const cutOff = /^(Connection terminated|timeout expired|timeout exceeded|Query read timeout)/
/** Starting, stopping, recovering, or without a free connection. */
const notNow = /^(08|57P|53300)/

/** Nobody serves at that address now, as opposed to somebody who refuses: waiting may help. */
export function isAway(error: unknown): boolean {
  if (error instanceof StorageError) return error.kind === 'unavailable' || error.kind === 'unknown'
  const state = sqlState(error)
  if (state !== undefined) return notNow.test(state)
  const { code, message = '' } = (error ?? {}) as { code?: string; message?: string }
  return code === undefined ? cutOff.test(message) : away.has(code)
}

/** What the driver threw, in our words. A connection that was lost counts as `unavailable`: where a commit was under way, ask before. */
export function postgresError(error: unknown): StorageError {
  if (error instanceof StorageError) return error
  const message = error instanceof Error ? error.message : String(error)
  const state = sqlState(error) ?? ''
  const kind = isConnectionLoss(error) || passing.test(state) ? 'unavailable' : (kinds[state] ?? 'failed')
  return new StorageError(kind, message, { cause: error })
}
