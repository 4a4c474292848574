import { apiKeyOf, keyScope, type Scope } from '../storage/scope.ts'

export { apiKeyOf, keyScope, type Scope }

/** What a ticket says beyond who may use it. */
export interface TicketFilter {
  /** Events that it is for; undefined: all. */
  readonly types: readonly string[] | undefined
}

export interface DevicePrincipal {
  readonly kind: 'device'
  readonly deviceId: string
  readonly apiKeyId: number
  /** It was let in by a ticket. */
  readonly ticket?: TicketFilter
}

export interface ApiKeyPrincipal {
  readonly kind: 'api_key'
  readonly apiKeyId: number
  /** It was let in by a ticket. */
  readonly ticket?: TicketFilter
}

export interface AdminPrincipal {
  readonly kind: 'admin'
}

/** What a caller was let in with, for whoever is let in on behalf of it later. It ends with the credential. */
export type Grant =
  | { readonly kind: 'device'; readonly deviceId: string; readonly tokenVersion: number }
  | { readonly kind: 'api_key'; readonly apiKeyId: number; readonly hash: string }

/** What the webhooks and the events of a caller are for. */
export const scopeOf = (principal: DevicePrincipal | ApiKeyPrincipal): Scope =>
  principal.kind === 'device' ? principal.deviceId : keyScope(principal.apiKeyId)
