import { request } from 'undici'
import { describeFailure } from './describe-failure.ts'
import type { Outbound } from './outbound.ts'
import { parseRetryAfter } from './parse-retry-after.ts'

const mostReadBytes = 64 * 1024
const mostKeptBytes = 1024

export interface AttemptRequest {
  readonly url: string
  readonly body: Buffer
  readonly headers: Record<string, string>
  readonly timeoutMs: number
  /** Unix ms, to read a `Retry-After` that names a date. */
  readonly now: number
}

export interface AttemptResult {
  /** Undefined: there was no answer. */
  readonly status: number | undefined
  readonly error: string | null
  /** First kibibyte of the answer. */
  readonly response: string | null
  readonly retryAfterMs: number | undefined
  readonly latencyMs: number
  /** The request may have arrived, whatever became of it. */
  readonly sent: boolean
}

/** Reads at most so much; the connection is given up when there is more. A body that breaks off does not undo the status. */
async function readStart(body: AsyncIterable<Buffer>): Promise<string | null> {
  const kept: Buffer[] = []
  let [read, keep] = [0, mostKeptBytes]
  try {
    for await (const chunk of body) {
      if (keep > 0) kept.push(chunk.subarray(0, keep))
      keep -= chunk.length
      read += chunk.length
      if (read >= mostReadBytes) break
    }
  } catch {
    // What arrived is what is kept.
  }
  // NUL cannot be stored as text everywhere.
  return kept.length === 0 ? null : Buffer.concat(kept).toString('utf8').replaceAll('\0', '\uFFFD')
}

/** One POST. Never rejects: whatever happens is a result. Redirects are not followed. */
export async function attempt(outbound: Outbound, options: AttemptRequest): Promise<AttemptResult> {
  const startedAt = performance.now()
  const latency = () => Math.round(performance.now() - startedAt)
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), options.timeoutMs)
  try {
    await outbound.check(new URL(options.url))
    const answer = await request(options.url, {
      method: 'POST',
      dispatcher: outbound.dispatcher,
      headers: options.headers,
      body: options.body,
      signal: limit.signal,
    })
    const status = answer.statusCode
    const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], options.now)
    const response = await readStart(answer.body)
    const error = status >= 200 && status < 300 ? null : `HTTP ${status}`
    return { status, error, response, retryAfterMs, latencyMs: latency(), sent: true }
  } catch (error) {
    const latencyMs = latency()
    return { status: undefined, response: null, retryAfterMs: undefined, latencyMs, ...describeFailure(error) }
  } finally {
    clearTimeout(timer)
  }
}
