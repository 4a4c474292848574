import type { BusinessProfile } from './business.ts'

/** A picture at the media host. */
export interface Picture {
  /** Counts up: for clients that know this id, nothing has changed. */
  readonly id: string
  /** SHA-256 (base64url) of the file; the media store knows it by this. */
  readonly image: string
  readonly preview: string
  /** World time, ms. */
  readonly at: number
}

/** Who may see status posts. `whitelist`: only those listed; `blacklist`: contacts except those listed. Lists are user parts of LIDs. */
export interface StatusPrivacy {
  type: 'contacts' | 'blacklist' | 'whitelist'
  blacklist: string[]
  whitelist: string[]
}

/** What the server knows about a person besides their devices. Plain data: a world can be written down. Keys and lists name people by the user part of
 *  their LID. */
export interface Person {
  picture: Picture | undefined
  /** Address book, as the phone uploaded it. */
  readonly contacts: Record<string, true>
  /** Who was written to: they count as contacts, too, and may answer a restricted account. */
  readonly wroteTo: Record<string, true>
  /** For each privacy category, those whom `contact_blacklist` shuts out. */
  readonly shutOut: Record<string, string[]>
  readonly statusPrivacy: StatusPrivacy
  /** Code of the contact QR, as `https://wa.me/qr/<code>` carries it. */
  contactCode: string | undefined
  business: BusinessProfile | undefined
  /** Push registration of each device, as it sent it. */
  readonly pushConfigs: Record<number, Record<string, string>>
  /** Trusted-contact tokens that this person gave, by receiver. */
  readonly tokensGiven: Record<string, { bytes: Uint8Array; t: number }>
  /** With which the account's devices derive tokens for people who gave them none. */
  contactSalt: Uint8Array | undefined
  /** With which companions remove the files of history that they have taken in. */
  historyNonce: string | undefined
}

export function newPerson(): Person {
  return {
    picture: undefined,
    contacts: {},
    wroteTo: {},
    shutOut: {},
    statusPrivacy: { type: 'contacts', blacklist: [], whitelist: [] },
    contactCode: undefined,
    business: undefined,
    pushConfigs: {},
    tokensGiven: {},
    contactSalt: undefined,
    historyNonce: undefined,
  }
}
