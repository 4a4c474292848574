import { AppError } from '../errors/app-error.ts'
import type { DeviceLane } from './sessions.ts'

/** A promise chain: tasks run one at a time, in the order in which they were given. A task that fails does not stop the next.
 *  @param limit tasks that may wait or run; one more is refused with `rate_limited`, so that a stuck device cannot fill the memory. */
export function createDeviceLane(limit = 10_000): DeviceLane {
  let tail: Promise<unknown> = Promise.resolve()
  let size = 0
  return {
    run<Result>(task: () => Promise<Result>): Promise<Result> {
      if (size >= limit) return Promise.reject(new AppError('rate_limited', undefined, { retryAfterSeconds: 30 }))
      size += 1
      const result = tail.then(task).finally(() => {
        size -= 1
      })
      // The chain itself must never reject: the caller of `run` gets the failure.
      tail = result.catch(() => undefined)
      return result
    },
    get size() {
      return size
    },
  }
}
