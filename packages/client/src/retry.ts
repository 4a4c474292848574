import { SwitchboardError } from './error.ts'

/** Longer than this nobody waits inside a call: it fails, and its error says how long it would be. */
const longestWaitSeconds = 30

/** Whether an answer says that nothing was done. Anything else may have been done, although its answer was lost. */
const wasRefused = ({ status, code }: SwitchboardError): boolean =>
  code !== 'unexpected_answer' && (status === 429 || status === 503 || code === 'idempotency_in_progress')

/** Whether the answer may have been lost on its way: no connection, or a proxy that has lost the server. */
const wasLost = ({ status, code }: SwitchboardError): boolean =>
  code === 'no_answer' || (code === 'unexpected_answer' && [429, 502, 503, 504].includes(status))

/** Milliseconds: longer each time, and not the same for all who wait for the same server. */
export const pauseMs = (failures: number, longestMs: number): number =>
  Math.min(longestMs, 500 * 2 ** Math.min(failures, 16)) * (0.5 + Math.random() / 2)

/** Milliseconds after which a request may come again; undefined when that does not help or is not safe. */
export const retryDelayMs = (error: unknown, tries: number, repeatable: boolean): number | undefined => {
  if (!(error instanceof SwitchboardError)) return undefined
  if (!wasRefused(error) && !(repeatable && wasLost(error))) return undefined
  const { retryAfter = 0 } = error
  return retryAfter > longestWaitSeconds ? undefined : Math.max(retryAfter * 1000, pauseMs(tries, 8_000))
}

/** @throws the reason of the signal when it aborts */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
