import { AppError } from '../errors/app-error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import { fromEngineError } from '../errors/from-engine-error.ts'

const known: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_json',
  // The client left in the middle of its body.
  ECONNRESET: 'invalid_json',
}

/** Whatever was thrown → an entry of the catalogue. What is not the client's doing becomes `internal`, whose words tell nothing. */
export const toAppError = (error: unknown): AppError => {
  if (error instanceof AppError) return error
  const engineError = fromEngineError(error)
  if (engineError) return engineError
  const { code, statusCode } = (error ?? {}) as { code?: string; statusCode?: number }
  const entry = code === undefined ? undefined : known[code]
  if (entry) return new AppError(entry, undefined, { cause: error })
  // A bad URL, a path value without end…
  const clients = statusCode !== undefined && statusCode >= 400 && statusCode < 500
  if (code?.startsWith('FST_') && clients) return new AppError('invalid_request', undefined, { cause: error })
  return new AppError('internal', undefined, { cause: error })
}
