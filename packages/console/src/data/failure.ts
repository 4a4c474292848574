import { SwitchboardError } from '@switchboard/client'
import { common } from '../words/common.ts'

/** What a reader should know of something that failed. */
export interface Advice {
  readonly text: string
  /** Stable name of the error. */
  readonly code?: string
  readonly requestId?: string
  /** Lines about single fields, as the server gave them. */
  readonly issues: readonly string[]
  readonly hint?: string
}

const issuesOf = (details: Readonly<Record<string, unknown>>): string[] => {
  const { issues } = details
  if (!Array.isArray(issues)) return []
  return issues.map((issue) => (typeof issue === 'string' ? issue : Object.values(issue as object).join(': ')))
}

/** The server's own advice, and the number under which its log has the request. */
export const adviceOf = (error: unknown): Advice => {
  const { failed } = common()
  if (!(error instanceof SwitchboardError)) {
    return { text: error instanceof Error ? error.message : String(error), issues: [] }
  }
  const { code, message, retryAfter, retryable, requestId, details } = error
  if (code === 'no_answer') return { text: failed.offline, code, issues: [] }
  const hint = retryAfter === undefined ? (retryable ? failed.retryable : undefined) : failed.retryAfter(retryAfter)
  return { text: message, code, issues: issuesOf(details), ...(requestId && { requestId }), ...(hint && { hint }) }
}
