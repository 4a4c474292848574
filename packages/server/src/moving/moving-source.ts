import type { MovedDevice } from '@switchboard/engine'
import type { StoredApiKey } from '../storage/api-key-store.ts'

/** What a person is called, as the other program knew it. */
export interface SourceContact {
  readonly jid: string
  readonly pushName?: string | undefined
  readonly fullName?: string | undefined
  readonly firstName?: string | undefined
  readonly businessName?: string | undefined
}

export interface SourceChat {
  readonly jid: string
  readonly archived: boolean
  readonly pinned: boolean
  /** Unix ms, -1 without end, 0 when it is not muted. */
  readonly mutedUntil: number
}

export interface SourceWebhook {
  readonly id: number
  readonly url: string
  readonly secret: string
  /** Empty: all. */
  readonly events: readonly string[]
  readonly active: boolean
}

/** A customer of a program that has such. */
export interface SourceTenant
  extends Pick<
    StoredApiKey,
    'id' | 'customerName' | 'customerEmail' | 'customerPhone' | 'maxDevices' | 'requestsPerHour' | 'isActive'
  > {
  readonly key: string
}

/** What programs with devices of their own keep of one, beyond its link. */
export interface SourceRegistration {
  readonly id: string
  readonly tenantId: number
  readonly secret: string
  readonly tokenVersion: number
  readonly proxyUrl: string | undefined
  /** It had a link, and WhatsApp or its owner ended it. */
  readonly loggedOut: boolean
  readonly webhooks: readonly SourceWebhook[]
}

/** One device of a source. */
export interface SourceDevice {
  readonly name: string
  /** Its link, why there is none that can be taken, or undefined where it was never linked. */
  readonly link: MovedDevice | { readonly refused: string } | undefined
  readonly registration?: SourceRegistration
  readonly contacts: readonly SourceContact[]
  readonly chats: readonly SourceChat[]
  /** What stays behind, for people. */
  readonly leftOut: readonly string[]
}

/** Where devices are taken from. */
export interface MovingSource {
  /** What it is, for people: `Baileys, 3 folders`. */
  readonly title: string
  /** What holds for all of it, for people. */
  readonly notes: readonly string[]
  readonly tenants: readonly SourceTenant[]
  /** What speaks for a program that still works with it; undefined when it rests. */
  inUse(): Promise<string | undefined>
  /** One at a time: a large source is not held in memory. */
  devices(): AsyncIterable<SourceDevice>
  close(): Promise<void>
}

/** The source cannot be read, or must not be now. The message is for people. */
export class SourceRefused extends Error {
  override readonly name = 'SourceRefused'
}
