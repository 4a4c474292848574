import type { Mailbox } from './mailbox.ts'
import type { Passkey } from './passkeys/passkey.ts'
import type { About } from './people/about.ts'
import type { Person } from './people/person.ts'
import type { Standing } from './people/standing.ts'
import type { Username } from './people/username.ts'
import type { PublishedPreKeys } from './published-pre-keys.ts'

/** A person: the LID is the key, the phone number an alias that may change. */
export interface Account {
  /** User part of the LID: `123` in `123@lid`. */
  readonly lid: string
  /** Digits of the phone number: `123` in `123@s.whatsapp.net`. */
  phone: string
  /** Other numbers (digits) under which WhatsApp finds the account when it is looked up: `5511988887777` for an account that is `551188887777`. It has no
   *  address but the one above. */
  aliases: readonly string[]
  pushName: string
  username?: Username | undefined
  about: About
  /** Device 0 is the phone; companions count up and are never reused. */
  readonly devices: Map<number, Device>
  nextDeviceId: number
  /** ADVSignedKeyIndexList as the phone signed it last, and its timestamp (s). */
  keyIndexList: { bytes: Uint8Array; timestamp: number } | undefined
  /** User parts of the LIDs that this person blocked. */
  readonly blocked: Set<string>
  readonly privacy: Map<string, string>
  /** Default timer for new chats, seconds; 0 is off. */
  disappearingMode: { duration: number; at: number }
  readonly appState: Map<string, AppStateCollection>
  /** People this one exchanged messages with: they get changes of its devices and keys. */
  readonly peers: Set<Account>
  /** Picture, contacts, privacy lists, business profile and the like. */
  readonly person: Person
  /** How many new chats it may open, and the like. */
  readonly standing: Standing
  /** Asked for before a companion is linked; absent where the account asks for none. */
  passkey?: Passkey | undefined
}

/** One app-state collection as the server sees it: sealed patches in version order. */
export interface AppStateCollection {
  version: number
  /** Encoded SyncdPatch, index 0 is version 1. */
  readonly patches: Uint8Array[]
}

/** What the server knows of one device: public key material and the mailbox. Private keys live in the phone or in the client. */
export interface Device {
  readonly id: number
  readonly account: Account
  readonly mailbox: Mailbox
  /** Key index in the account's ADV list; equals the companion number here. */
  readonly keyIndex: number
  registrationId: number
  /** X25519, 32 bytes without the type byte; empty until known. */
  identityKey: Uint8Array
  signedPreKey: { keyId: number; publicKey: Uint8Array; signature: Uint8Array } | undefined
  readonly preKeys: PublishedPreKeys
  /** Noise static key that this companion must prove at login; undefined for the phone. */
  noiseKey: Uint8Array | undefined
  /** ADVSignedDeviceIdentity with the device signature, as the companion returned it; undefined for the phone. */
  signedIdentity: Uint8Array | undefined
  presence: 'available' | 'unavailable'
  /** World time (ms) when presence last became unavailable. */
  lastSeenAt: number | undefined
  platform: string
  /** Whether it asked for all of the history when it was linked. */
  wantsFullHistory?: boolean
  /** Since when (world time, s) it must fetch all of the app state; absent when it need not. */
  appStateDirtySince?: number | undefined
}
