import type { Failure } from './generated/types.ts'

/** Stable name of an error. Newer servers may have more; `no_answer` when none came, `unexpected_answer` when it was none of Switchboard. */
export type ErrorCode = Failure['error_code'] | 'no_answer' | 'unexpected_answer'

interface ErrorParts {
  readonly status: number
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly requestId?: string | undefined
  readonly retryAfter?: number | undefined
  readonly details?: Readonly<Record<string, unknown>> | undefined
}

/** A call that failed. */
export class SwitchboardError extends Error {
  override readonly name = 'SwitchboardError'
  /** Of HTTP; 0 when no answer came. */
  readonly status: number
  readonly code: ErrorCode
  /** The same request may succeed later. */
  readonly retryable: boolean
  /** Names the request in the log of the server. */
  readonly requestId: string | undefined
  /** Seconds after which the request may come again. */
  readonly retryAfter: number | undefined
  /** More about it; what, depends on `code`. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(message: string, parts: ErrorParts, options?: ErrorOptions) {
    super(message, options)
    this.status = parts.status
    this.code = parts.code
    this.retryable = parts.retryable
    this.requestId = parts.requestId
    this.retryAfter = parts.retryAfter
    this.details = parts.details ?? {}
  }
}

const isFailure = (value: unknown): value is Failure =>
  typeof value === 'object' && value !== null && 'error_code' in value && 'message' in value

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const seconds = (header: string | null): number | undefined =>
  header !== null && /^\d+$/.test(header) ? Number(header) : undefined

/** No answer came, or only a part of one. */
export const noAnswer = (message: string, cause?: unknown): SwitchboardError =>
  new SwitchboardError(message, { status: 0, code: 'no_answer', retryable: true }, { cause })

/** An answer of a proxy in front of the server, or of another server. */
export const unexpected = ({ status, headers }: Response): SwitchboardError => {
  const requestId = headers.get('x-request-id') ?? undefined
  const retryAfter = seconds(headers.get('retry-after'))
  const parts = { status, code: 'unexpected_answer', retryable: status >= 500, requestId, retryAfter } as const
  return new SwitchboardError(`The answer was ${status}, and not one of Switchboard`, parts)
}

/** The error that a text says, if it is one of Switchboard. @param retryAfter seconds */
export const parseFailure = (text: string, retryAfter?: number): SwitchboardError | undefined => {
  const said = parse(text)
  if (!isFailure(said)) return undefined
  const { message, code: status, error_code: code, retryable, request_id: requestId, details } = said
  return new SwitchboardError(message, { status, code, retryable, requestId, retryAfter, details })
}

/** The error that an answer says. */
export const errorOf = async (response: Response): Promise<SwitchboardError> => {
  const text = await response.text().catch(() => '')
  return parseFailure(text, seconds(response.headers.get('retry-after'))) ?? unexpected(response)
}
