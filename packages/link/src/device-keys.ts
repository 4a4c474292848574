import type { KeyPair, SignedPreKey } from '@switchboard/signal'

/** The keys of a companion, linked or about to be. */
export interface DeviceKeys {
  readonly noiseKey: KeyPair
  readonly identityKey: KeyPair
  readonly signedPreKey: SignedPreKey
  readonly registrationId: number
  /** 32 bytes that the phone gets with the QR code or the pairing code. */
  readonly advSecret: Uint8Array
}
