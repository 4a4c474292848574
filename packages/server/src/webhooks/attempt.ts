import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Deadlines, Timed } from './deadlines.ts'
import { describeFailure } from './describe-failure.ts'
import type { Outbound } from './outbound.ts'
import { parseRetryAfter } from './parse-retry-after.ts'

const mostReadBytes = 64 * 1024
const mostKeptBytes = 1024

export interface AttemptRequest {
  readonly origin: string
  readonly path: string
  readonly body: Buffer
  readonly headers: Record<string, string>
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

/** One request, from the moment at which it is asked for. Reads so much of the answer at most; the connection is given up when there is more. A body that breaks
 *  off does not undo the status. */
class Exchange implements Dispatcher.DispatchHandler, Timed {
  readonly #startedAt = performance.now()
  readonly #now: number
  readonly #ended: (result: AttemptResult) => void
  #controller: Dispatcher.DispatchController | undefined
  #isOver = false
  #status: number | undefined
  #retryAfterMs: number | undefined
  #kept: Buffer[] = []
  #read = 0

  constructor(now: number, ended: (result: AttemptResult) => void) {
    this.#now = now
    this.#ended = ended
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#isOver) controller.abort(new Error('It took too long'))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return
    this.#status = status
    this.#retryAfterMs = parseRetryAfter(headers['retry-after'], this.#now)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return
    if (this.#read < mostKeptBytes) this.#kept.push(Buffer.from(chunk.subarray(0, mostKeptBytes - this.#read)))
    this.#read += chunk.length
    if (this.#read < mostReadBytes) return
    this.#answered()
    controller.abort(new Error('The answer is longer than it may be'))
  }

  onResponseEnd(): void {
    this.#answered()
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.fail(error)
  }

  /** There will be no answer, or no more of it. */
  fail(error: unknown): void {
    if (this.#status !== undefined) this.#answered()
    else this.#end({ status: undefined, response: null, retryAfterMs: undefined, ...describeFailure(error) })
  }

  expire(): void {
    this.fail(Object.assign(new Error('No answer in time'), { name: 'TimeoutError' }))
    this.#controller?.abort(new Error('It took too long'))
  }

  #answered(): void {
    const status = this.#status!
    const error = status >= 200 && status < 300 ? null : `HTTP ${status}`
    // NUL cannot be stored as text everywhere.
    const text = this.#read === 0 ? null : Buffer.concat(this.#kept).toString('utf8').replaceAll('\0', '\uFFFD')
    this.#end({ status, error, response: text, retryAfterMs: this.#retryAfterMs, sent: true })
  }

  #end(result: Omit<AttemptResult, 'latencyMs'>): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#ended({ ...result, latencyMs: Math.round(performance.now() - this.#startedAt) })
  }
}

/** One POST. Never rejects: whatever happens is a result. Redirects are not followed. */
export function attempt(outbound: Outbound, deadlines: Deadlines, request: AttemptRequest): Promise<AttemptResult> {
  const { origin, path, headers, body, now } = request
  return new Promise((resolve) => {
    const exchange: Exchange = new Exchange(now, (result) => {
      deadlines.end(exchange)
      resolve(result)
    })
    deadlines.begin(exchange)
    // The deadline is the only limit of time.
    const options = { origin, path, method: 'POST', headers, body, headersTimeout: 0, bodyTimeout: 0 } as const
    const send = (dispatcher: Dispatcher) => dispatcher.dispatch(options, exchange)
    const dispatcher = outbound.dispatcher()
    const check = outbound.check(origin)
    if (!check && !(dispatcher instanceof Promise)) send(dispatcher)
    else {
      const ready = Promise.all([dispatcher, check])
      void ready.then(([made]) => send(made)).catch((error: unknown) => exchange.fail(error))
    }
  })
}
