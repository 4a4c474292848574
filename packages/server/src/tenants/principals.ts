import { apiKeyOf, keyScope, type Scope } from '../storage/scope.ts'

export { apiKeyOf, keyScope, type Scope }

/** Who may call: nobody in particular, the operator, the owner of an API key, or a device by its token. `owner`: a device or an API key, each for what is its
 *  own. `reader`: the same, also by a ticket. `session`: whoever is signed in to the console. Whoever owns one of them may act for it: see {@link Target}. */
export type AuthKind = 'none' | 'admin' | 'api_key' | 'device' | 'owner' | 'reader' | 'session'

/** What a caller was let in with, for whoever is let in on behalf of it later. It ends with the credential. */
export type Grant =
  | {
      readonly kind: 'device'
      readonly deviceId: string
      readonly apiKeyId: number
      readonly tokenVersion: number
      /** Unix ms, by the clock of the gateway; infinite where only a newer token ends it. */
      readonly endsAt: number
    }
  | { readonly kind: 'api_key'; readonly apiKeyId: number; readonly hash: string }
  | {
      readonly kind: 'access_key'
      readonly id: string
      readonly hash: string
      readonly apiKeyId: number
      readonly deviceId: string | null
      /** Unix ms when the grant was given; asked again each time. */
      readonly endsAt: number
    }
  | { readonly kind: 'admin' }

/** Somebody who is signed in to the console. */
export interface ConsoleSession {
  /** Hash of its cookie. */
  readonly id: string
  readonly grant: Grant
  readonly createdAt: number
  readonly endsAt: number
}

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

interface LetIn {
  /** What it was let in with: a credential of its own, or of whoever acts for it. */
  readonly by: Grant
  /** It is signed in to the console. */
  readonly session?: ConsoleSession
}

export interface DevicePrincipal extends LetIn {
  readonly kind: 'device'
  readonly deviceId: string
  readonly apiKeyId: number
  /** It was let in by a ticket. */
  readonly ticket?: TicketFilter
}

export interface ApiKeyPrincipal extends LetIn {
  readonly kind: 'api_key'
  readonly apiKeyId: number
  /** It was let in by a ticket. */
  readonly ticket?: TicketFilter
}

export interface AdminPrincipal extends LetIn {
  readonly kind: 'admin'
}

/** A caller that is known. */
export type KnownPrincipal = DevicePrincipal | ApiKeyPrincipal | AdminPrincipal

/** Who comes to an operation of a kind. */
export type PrincipalFor<Auth extends AuthKind> = Auth extends 'owner' | 'reader'
  ? DevicePrincipal | ApiKeyPrincipal
  : Auth extends 'session'
    ? KnownPrincipal & { readonly session: ConsoleSession }
    : Extract<KnownPrincipal, { kind: Auth }>

/** What the webhooks and the events of a caller are for. */
export const scopeOf = (principal: DevicePrincipal | ApiKeyPrincipal): Scope =>
  principal.kind === 'device' ? principal.deviceId : keyScope(principal.apiKeyId)

/** Who has a grant, as the audit names them. */
export const actorOf = (grant: Grant): string => {
  if (grant.kind === 'admin') return 'admin'
  if (grant.kind === 'access_key') return `access_key:${grant.id}`
  return grant.kind === 'api_key' ? `key:${grant.apiKeyId}` : `device:${grant.deviceId}`
}

/** The same caller, named as a {@link Target}. */
export const targetOf = (principal: DevicePrincipal | ApiKeyPrincipal): Target =>
  principal.kind === 'device' ? { deviceId: principal.deviceId } : { apiKeyId: String(principal.apiKeyId) }
