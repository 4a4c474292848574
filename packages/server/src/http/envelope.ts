import type { AppError } from '../errors/app-error.ts'
import { errorCatalogue } from '../errors/catalogue.ts'
import type { FileAnswer, RawAnswer } from '../kit/define-operation.ts'

export interface Success {
  readonly status: true
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

export interface Failure {
  readonly status: false
  readonly code: number
  readonly message: string
  /** Repeats `message`, as clients of the contract expect. */
  readonly error: string
  readonly error_code: string
  readonly retryable: boolean
  readonly request_id: string
  readonly details?: Readonly<Record<string, unknown>>
}

export const success = (code: number, message: string, data: unknown): Success => ({
  status: true,
  code,
  message,
  ...(data === undefined ? {} : { data }),
})

export const failure = (error: AppError, requestId: string): Failure => {
  const entry = errorCatalogue[error.code]
  return {
    status: false,
    code: entry.status,
    message: error.message,
    error: error.message,
    error_code: error.code,
    retryable: entry.retryable,
    request_id: requestId,
    ...(error.details && { details: error.details }),
  }
}

/** What goes out: `body` is an envelope unless the operation answered raw. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly raw?: RawAnswer
  readonly file?: FileAnswer
}
