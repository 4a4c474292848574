import { computed, signal } from '@preact/signals'
import { place } from '../app/router.ts'

/** Who has signed in. Each sees what its credential may see, and nothing else. */
export type CredentialKind = 'operator' | 'customer' | 'device'

/** docs/reference/scopes.md */
export type Scope = 'read' | 'send' | 'manage' | 'webhooks' | 'admin'

export interface Session {
  readonly kind: CredentialKind
  /** Name of the customer or of the device; absent for the operator. */
  readonly name?: string
  readonly apiKeyId?: string
  readonly deviceId?: string
  /** What the credential may do. */
  readonly scopes: readonly Scope[]
  /** An access key: it makes no other keys, and often may do less than the customer or the device that it belongs to. */
  readonly isAccessKey: boolean
  /** The gateway is connected to a sandbox. */
  readonly sandbox: boolean
}

/** `undefined` until the server has said it, `null` when nobody is signed in. */
export const session = signal<Session | null | undefined>(undefined)

/** Whether the credential may do it: what it may not do is not offered. */
export const may = (scope: Scope): boolean => session.value?.scopes.includes(scope) ?? false

/** It was there, and the server does not know it any more. */
export const sessionEnded = signal(false)

/** The customer and the device that the reader looks at. The address holds them, so that a page can be sent to somebody and two tabs can look at two devices. */
export const chosen = computed((): { readonly apiKeyId?: string; readonly deviceId?: string } => {
  const who = session.value
  const { query } = place.value
  if (who?.kind === 'device') return { ...(who.deviceId && { deviceId: who.deviceId }) }
  const deviceId = query.get('device') ?? undefined
  const apiKeyId = who?.kind === 'customer' ? who.apiKeyId : (query.get('customer') ?? undefined)
  return { ...(deviceId && { deviceId }), ...(apiKeyId && { apiKeyId }) }
})
