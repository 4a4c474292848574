import type { AdminPrincipal, ApiKeyPrincipal, DevicePrincipal } from './principals.ts'

/** Who is calling. Device tokens are checked in memory only: a regenerated or deleted device's token is refused on the very next request. */
export interface Authenticator {
  /** @throws AppError unauthorized */
  device(authorization: string | undefined): DevicePrincipal
  /** @throws AppError unauthorized | rate_limited */
  apiKey(key: string | undefined): Promise<ApiKeyPrincipal>
  /** @throws AppError unauthorized */
  admin(secret: string | undefined): AdminPrincipal
}

/** API keys, devices, tokens, quotas, audit. */
export interface Tenants {
  readonly authenticator: Authenticator
}
