import { type ErrorCode, errorCatalogue, usualWaitSeconds } from './catalogue.ts'

/** An expected failure from the catalogue. Its message goes to the client; its cause only to the log. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>> | undefined
  /** Seconds for the `Retry-After` header. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ErrorCode,
    message?: string,
    options?: { cause?: unknown; details?: Record<string, unknown>; retryAfterSeconds?: number },
  ) {
    super(message ?? errorCatalogue[code].title, { cause: options?.cause })
    this.code = code
    this.details = options?.details
    this.retryAfterSeconds = options?.retryAfterSeconds ?? usualWaitSeconds[code]
  }
}
