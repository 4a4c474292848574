import { apiKeyOf, keyScope, type Scope } from '../storage/scope.ts'

export { apiKeyOf, keyScope, type Scope }

/** Who may call: nobody in particular, the operator, the owner of an API key, or a device by its token. `owner`: a device or an API key, each for what is its
 *  own. `reader`: the same, also by a ticket. Whoever owns one of them may act for it: see {@link Target}. */
export type AuthKind = 'none' | 'admin' | 'api_key' | 'device' | 'owner' | 'reader'

/** What a caller was let in with, for whoever is let in on behalf of it later. It ends with the credential. */
export type Grant =
  | { readonly kind: 'device'; readonly deviceId: string; readonly tokenVersion: number }
  | { readonly kind: 'api_key'; readonly apiKeyId: number; readonly hash: string }
  | { readonly kind: 'admin' }

/** For whom a caller acts: an API key for one of its devices, the operator for a device or an API key. As it was sent. */
export interface Target {
  readonly deviceId?: string | undefined
  readonly apiKeyId?: string | undefined
}

/** What a ticket says beyond who may use it. */
export interface TicketFilter {
  /** Events that it is for; undefined: all. */
  readonly types: readonly string[] | undefined
}

export interface DevicePrincipal {
  readonly kind: 'device'
  readonly deviceId: string
  readonly apiKeyId: number
  /** What it was let in with: a credential of its own, or of whoever acts for it. */
  readonly by: Grant
  /** It was let in by a ticket. */
  readonly ticket?: TicketFilter
}

export interface ApiKeyPrincipal {
  readonly kind: 'api_key'
  readonly apiKeyId: number
  /** What it was let in with: a credential of its own, or that of the operator who acts for it. */
  readonly by: Grant
  /** It was let in by a ticket. */
  readonly ticket?: TicketFilter
}

export interface AdminPrincipal {
  readonly kind: 'admin'
  readonly by: Grant
}

/** A caller that is known. */
export type KnownPrincipal = DevicePrincipal | ApiKeyPrincipal | AdminPrincipal

/** Who comes to an operation of a kind. */
export type PrincipalFor<Auth extends AuthKind> = Auth extends 'owner' | 'reader'
  ? DevicePrincipal | ApiKeyPrincipal
  : Extract<KnownPrincipal, { kind: Auth }>

/** What the webhooks and the events of a caller are for. */
export const scopeOf = (principal: DevicePrincipal | ApiKeyPrincipal): Scope =>
  principal.kind === 'device' ? principal.deviceId : keyScope(principal.apiKeyId)

/** The same caller, named as a {@link Target}. */
export const targetOf = (principal: DevicePrincipal | ApiKeyPrincipal): Target =>
  principal.kind === 'device' ? { deviceId: principal.deviceId } : { apiKeyId: String(principal.apiKeyId) }
