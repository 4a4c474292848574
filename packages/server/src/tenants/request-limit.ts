import { AppError } from '../errors/app-error.ts'
import { FixedWindow } from './fixed-window.ts'
import { peerName } from './peer-name.ts'

export interface RequestLimit {
  /** Counts a request of this address. The headers go out in either case. @throws AppError rate_limited */
  take(address: string, setHeader: (name: string, value: string) => void): void
}

const secondsUntil = (at: number, now: number): number => Math.max(1, Math.ceil((at - now) / 1000))

/** So many requests a window and address, told in `X-RateLimit-*` (`Reset` in seconds, as `Retry-After`). @param now monotonic, ms */
export function createRequestLimit(limit: number, windowMs: number, now: () => number): RequestLimit {
  const window = new FixedWindow<string>(windowMs, now)
  return {
    take(address, setHeader) {
      const { allowed, remaining, endsAt } = window.take(peerName(address), limit)
      const seconds = secondsUntil(endsAt, now())
      setHeader('x-ratelimit-limit', String(limit))
      setHeader('x-ratelimit-remaining', String(remaining))
      setHeader('x-ratelimit-reset', String(seconds))
      if (!allowed) throw new AppError('rate_limited', undefined, { retryAfterSeconds: seconds })
    },
  }
}
