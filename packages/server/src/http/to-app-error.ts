import { AppError } from '../errors/app-error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import { fromEngineError } from '../errors/from-engine-error.ts'
import { StorageError } from '../storage/storage-error.ts'

const known: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_json',
  FST_CP_ERR_INVALID_CONTENT_ENCODING: 'unsupported_media_type',
  FST_CP_ERR_INVALID_CONTENT: 'invalid_json',
  // The client left in the middle of its body.
  ECONNRESET: 'invalid_json',
}

const databaseRetrySeconds = 2

/** When the database does not answer, the request may come again; any other refusal of the database is a bug of ours. */
const fromStorageError = (error: StorageError): AppError | undefined => {
  const retry = { cause: error, retryAfterSeconds: databaseRetrySeconds }
  if (error.kind === 'unavailable') return new AppError('not_ready', 'The database does not answer', retry)
  if (error.kind !== 'unknown') return undefined
  return new AppError('not_ready', 'The database was lost while it stored this: it may be done or not', retry)
}

/** Whatever was thrown → an entry of the catalogue. What the client did not cause becomes `internal`, with a text that shows nothing. */
export const toAppError = (error: unknown): AppError => {
  if (error instanceof AppError) return error
  const engineError = fromEngineError(error)
  if (engineError) return engineError
  const storageError = error instanceof StorageError ? fromStorageError(error) : undefined
  if (storageError) return storageError
  const { code, statusCode } = (error ?? {}) as { code?: string; statusCode?: number }
  const entry = code === undefined ? undefined : known[code]
  if (entry) return new AppError(entry, undefined, { cause: error })
  // A bad URL, a path value without end…
  const clients = statusCode !== undefined && statusCode >= 400 && statusCode < 500
  if (code?.startsWith('FST_') && clients) return new AppError('invalid_request', undefined, { cause: error })
  return new AppError('internal', undefined, { cause: error })
}
