import type { RegisteredOperation } from '../kit/registered.ts'
import type { ApiAnswer, ApiClient } from './api-client.ts'
import type { PathValues } from './path-values.ts'

/** How a request differs from one that would succeed. */
export interface Change {
  readonly api?: ApiClient
  /** Other values for parameters of the path. */
  readonly path?: Readonly<Record<string, string>>
  readonly query?: string
  /** Other values for fields of the body. */
  readonly body?: Readonly<Record<string, unknown>>
  /** Sent instead of the body, as it is. */
  readonly raw?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends the request that an operation takes, with a change. */
export const callWith = (
  caller: ApiClient,
  entry: RegisteredOperation,
  values: PathValues,
  change: Change,
): Promise<ApiAnswer> => {
  const meant = values.with(change.path ?? {})
  const good = meant.body(entry)
  const body = change.raw ?? (good && { ...good, ...change.body })
  const api = (change.api ?? caller).with(change.headers ?? {})
  return api.call(entry.operation.method, `${meant.path(entry)}${change.query ?? meant.query(entry)}`, body)
}
