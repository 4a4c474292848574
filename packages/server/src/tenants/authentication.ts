import type { AuthKind, Grant, PrincipalFor, Target } from './principals.ts'
import type { AccessScope } from './scopes.ts'

export interface AuthAttempt {
  /** Where it comes from: too many wrong secrets of one address are answered with `rate_limited` for a while. */
  readonly from?: string
  /** The same request asks again whether it may continue (a long stream): not counted against the key's limit. */
  readonly again?: boolean
}

/** Who is calling. Checked in memory only: a regenerated or deleted device's token, or one of a key that was switched off, is refused on the very next request.
 *  Each judge knows one kind of credential; whether its grant is still valid, and whom it may act for, is asked of all of them in one place. */
export interface Authenticator {
  /** @throws AppError unauthorized when it was not signed here */
  token(authorization: string): Grant
  /** @throws AppError unauthorized | rate_limited */
  apiKey(key: string, attempt?: AuthAttempt): Grant
  /** @throws AppError unauthorized | rate_limited */
  accessKey(secret: string, attempt?: AuthAttempt): Grant
  /** @throws AppError unauthorized | rate_limited */
  admin(secret: string, attempt?: AuthAttempt): Grant
  /** Lets in whoever has this grant, for an operation of this kind. Counts towards `rate_limit_per_hour` of the key that it is or acts for.
   *  @throws AppError unauthorized | access_key_expired | forbidden_network | forbidden_scope | rate_limited | device_not_found | api_key_not_found */
  admit<Auth extends AuthKind>(grant: Grant, wanted: Wanted<Auth>, attempt?: AuthAttempt): PrincipalFor<Auth>
  /** What whoever has this grant may do now. */
  scopesOf(grant: Grant): readonly AccessScope[]
  /** @param scope undefined: an access key may not do it at all. @throws AppError forbidden_scope */
  checkScope(grant: Grant, scope: AccessScope | undefined): void
}

export interface Wanted<Auth extends AuthKind = AuthKind> {
  readonly auth: Auth
  readonly target?: Target
  /** What an access key needs for it. Undefined: none may. */
  readonly scope?: AccessScope | undefined
}
