/** The outcome of one attempt. */
export interface AttemptReport {
  /** 1 for the first. */
  readonly attempt: number
  /** HTTP status of the answer; null when there was none. */
  readonly status: number | null
  readonly error: string | null
  /** First kibibyte of the answer. */
  readonly response: string | null
  readonly latencyMs: number
  readonly at: number
}

/** An attempt as it is stored. */
export type PackedAttempt = readonly [number, number | null, string | null, string | null, number, number]

/** More of them are the doing of somebody who asks again and again. */
const mostKept = 100

export const packAttempt = (report: AttemptReport): PackedAttempt => {
  const { attempt, status, error, response, latencyMs, at } = report
  return [attempt, status, error, response, latencyMs, at]
}

export const unpackAttempt = ([attempt, status, error, response, latencyMs, at]: PackedAttempt): AttemptReport => ({
  attempt,
  status,
  error,
  response,
  latencyMs,
  at,
})

export const unpackHistory = (history: string): PackedAttempt[] => (history === '[]' ? [] : JSON.parse(history))

/** Stored attempts with one more. */
export const withAttempt = (history: string, report: AttemptReport): string =>
  JSON.stringify([...unpackHistory(history), packAttempt(report)].slice(-mostKept))
