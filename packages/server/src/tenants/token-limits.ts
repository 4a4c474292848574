import { AppError } from '../errors/app-error.ts'
import type { WindowState } from './fixed-window.ts'
import { peerName } from './peer-name.ts'
import { ownWindows } from './windows.ts'

const minuteMs = 60_000
const perMinute = 10

interface TokenRequest {
  readonly deviceId: string
  readonly address: string
  /** The device is there and this is its secret. */
  readonly right: boolean
}

/** Requests for device tokens, so many a minute: of one device with its right secret, and with wrong ones of one address and for one device. What others get
 *  wrong uses up nothing of the right one. */
export interface TokenLimits {
  /** Counts a request; the headers `X-RateLimit-*` (`Reset` in seconds, as `Retry-After`) show its limit in either case. @throws AppError rate_limited */
  take(request: TokenRequest, setHeader: (name: string, value: string) => void): void
}

/** Counted in memory and from nothing after a restart. @param now monotonic, ms */
export function createTokenLimits(now: () => number, makeWindow = ownWindows(now)): TokenLimits {
  const rightOf = makeWindow('token', minuteMs)
  const wrongFrom = makeWindow('wrong token from', minuteMs)
  const wrongFor = makeWindow('wrong token for', minuteMs)

  const counted = ({ deviceId, address, right }: TokenRequest): WindowState => {
    if (right) return rightOf.take(deviceId, perMinute)
    const from = wrongFrom.take(peerName(address), perMinute)
    if (!from.allowed) return from
    // Guessing from many addresses is stopped at the device.
    const at = wrongFor.take(deviceId, perMinute)
    return at.remaining < from.remaining ? at : from
  }

  return {
    take(request, setHeader) {
      const { allowed, remaining, endsAt } = counted(request)
      const seconds = Math.max(1, Math.ceil((endsAt - now()) / 1000))
      setHeader('x-ratelimit-limit', String(perMinute))
      setHeader('x-ratelimit-remaining', String(remaining))
      setHeader('x-ratelimit-reset', String(seconds))
      if (!allowed) throw new AppError('rate_limited', undefined, { retryAfterSeconds: seconds })
    },
  }
}
