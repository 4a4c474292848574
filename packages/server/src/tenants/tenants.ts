import type { ApiKeys } from './api-keys.ts'
import type { Devices } from './devices.ts'
import type { AdminPrincipal, ApiKeyPrincipal, DevicePrincipal, Grant } from './principals.ts'
import type { Tickets } from './tickets.ts'
import type { TokenLimits } from './token-limits.ts'

export interface AuthAttempt {
  /** Where it comes from: too many wrong secrets of one address are answered with `rate_limited` for a while. */
  readonly from?: string
  /** The same request asks again whether it may continue (a long stream): not counted against the key's limit. */
  readonly again?: boolean
}

/** Who is calling. Checked in memory only: a regenerated or deleted device's token, or one of a key that was switched off, is refused on the very next request. */
export interface Authenticator {
  /** Counts towards `rate_limit_per_hour` of the device's key. @throws AppError unauthorized | rate_limited */
  device(authorization: string | undefined, attempt?: AuthAttempt): DevicePrincipal
  /** Counts towards `rate_limit_per_hour` of the key. @throws AppError unauthorized | rate_limited */
  apiKey(key: string | undefined, attempt?: AuthAttempt): Promise<ApiKeyPrincipal>
  /** What this caller may hand on. @throws AppError unauthorized when its credential has just ended */
  grant(principal: DevicePrincipal | ApiKeyPrincipal): Grant
  /** Whoever comes on behalf of a caller, while its credential is valid. Counts as a request of the caller does. @throws AppError unauthorized | rate_limited */
  admit(grant: Grant, attempt?: AuthAttempt): DevicePrincipal | ApiKeyPrincipal
  /** @throws AppError unauthorized | rate_limited */
  admin(secret: string | undefined, attempt?: AuthAttempt): AdminPrincipal
}

/** API keys, devices, tokens, quotas, audit. */
export interface Tenants {
  readonly authenticator: Authenticator
  readonly apiKeys: ApiKeys
  readonly devices: Devices
  readonly tokenLimits: TokenLimits
  readonly tickets: Tickets
}
