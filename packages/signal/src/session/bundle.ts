import type { KeyPair } from '../keys/key-pair.ts'

/** What a peer device publishes so that others can start a session with it. Public keys are 32 raw bytes. */
export interface PreKeyBundle {
  registrationId: number
  identityKey: Uint8Array
  signedPreKey: { keyId: number; publicKey: Uint8Array; signature: Uint8Array }
  /** Absent when the peer's one-time prekeys have run out. */
  preKey?: { keyId: number; publicKey: Uint8Array }
}

/** Our own device, as its peers see it. */
export interface LocalIdentity {
  identity: KeyPair
  registrationId: number
}

/** Where the private halves of our published prekeys are found. */
export interface PreKeySource {
  preKey(id: number): KeyPair | undefined
  signedPreKey(id: number): KeyPair | undefined
}
