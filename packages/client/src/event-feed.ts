import type { AnyRequest, Call, CallOptions } from './call.ts'
import { noAnswer, parseFailure, SwitchboardError, unexpected } from './error.ts'
import type { SwitchboardEvent } from './generated/types.ts'
import { pauseMs, sleep } from './retry.ts'
import { readServerSentEvents } from './server-sent-events.ts'

export type EventType = SwitchboardEvent['event_type']

/** An event of a feed, and the place behind it. */
export type FeedEvent<Type extends EventType = EventType> = Extract<SwitchboardEvent, { event_type: Type }> & {
  /** Give it as `after` to continue behind this event. Store it together with what you made of the event. */
  readonly cursor: number
}

/** Whether a feed is connected, and if not, why. */
export interface FeedState {
  readonly alive: boolean
  readonly error?: SwitchboardError
}

export interface FeedOptions<Type extends EventType = EventType> extends Omit<CallOptions, 'retries'> {
  /** Continues behind this place; 0 for the oldest event that is kept. Only what happens from now on when absent. */
  readonly after?: number | undefined
  /** Only these; all when absent. */
  readonly types?: readonly Type[] | undefined
  /** Is called whenever the feed begins or ceases to be alive. A connection that has died without a word is noticed within 10 seconds. */
  readonly onState?: (state: FeedState) => void
}

const heartbeatSeconds = 4
/** Two signs of life are missing. */
const silenceMs = 2 * heartbeatSeconds * 1000 + 1000
const longestPauseMs = 8_000

const cutOff = (cause?: unknown): SwitchboardError => noAnswer('The stream of events has ended', cause)

/** Events as they happen, once each and in the order of each device, over as many connections as it takes. */
export class EventFeed<Type extends EventType = EventType> implements AsyncIterable<FeedEvent<Type>> {
  readonly #call: Call
  readonly #options: FeedOptions<Type>
  #cursor: number | undefined
  #alive = false
  #opened = false

  constructor(call: Call, options: FeedOptions<Type> = {}) {
    this.#call = call
    this.#options = options
    this.#cursor = options.after
  }

  /** Whether it is connected. */
  get alive(): boolean {
    return this.#alive
  }

  /** The place behind the last event that was done with, or where it has begun; undefined before it is connected. */
  get cursor(): number | undefined {
    return this.#cursor
  }

  /** Ends when the signal of the options aborts. @throws SwitchboardError when connecting again cannot help */
  async *[Symbol.asyncIterator](): AsyncGenerator<FeedEvent<Type>, void, undefined> {
    const { signal } = this.#options
    for (let failures = 0; !signal?.aborted; failures++) {
      this.#opened = false
      const error = yield* this.#connection()
      if (signal?.aborted) return
      if (!error.retryable) throw error
      if (this.#opened) failures = 0
      await sleep(Math.max(pauseMs(failures, longestPauseMs), (error.retryAfter ?? 0) * 1000), signal).catch(() => {})
    }
  }

  /** The events of one connection, then why it has ended. */
  async *#connection(): AsyncGenerator<FeedEvent<Type>, SwitchboardError, undefined> {
    const own = new AbortController()
    const { signal } = this.#options
    const stop = () => own.abort()
    signal?.addEventListener('abort', stop)
    let error: SwitchboardError | undefined
    try {
      const patience = setTimeout(() => own.abort(), silenceMs)
      const response = await this.#open(own.signal).finally(() => clearTimeout(patience))
      yield* this.#received(response)
      error = cutOff()
    } catch (cause) {
      error = cause instanceof SwitchboardError ? cause : cutOff(cause)
    } finally {
      signal?.removeEventListener('abort', stop)
      own.abort()
      this.#say({ alive: false, ...(error && !signal?.aborted && { error }) })
    }
    return error
  }

  async *#received(response: Response): AsyncGenerator<FeedEvent<Type>, void, undefined> {
    if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream'))
      throw unexpected(response)
    this.#opened = true
    this.#say({ alive: true })
    for await (const { id, event, data, retry } of readServerSentEvents(response.body, silenceMs)) {
      if (event === 'error')
        throw parseFailure(data ?? '', retry ? Number(retry) / 1000 : undefined) ?? unexpected(response)
      const cursor = Number(id)
      if (data) yield { ...(JSON.parse(data) as Extract<SwitchboardEvent, { event_type: Type }>), cursor }
      if (id) this.#cursor = cursor
    }
  }

  #open(signal: AbortSignal): Promise<Response> {
    const { after: _after, types, onState: _onState, ...options } = this.#options
    const query = { after: this.#cursor, types: types?.join(','), heartbeat: heartbeatSeconds }
    const request: AnyRequest = { ...options, query, signal, retries: 0 }
    return this.#call<Response>('GET', '/events/stream', 'raw', request)
  }

  #say(state: FeedState): void {
    if (state.alive === this.#alive && state.alive) return
    this.#alive = state.alive
    this.#options.onState?.(state)
  }
}
