import { messageCodec } from './message-codec.ts'

export interface CompanionEphemeralIdentity {
  publicKey?: Uint8Array
  deviceType?: number
  ref?: string
}
export interface ProloguePayload {
  /** CompanionEphemeralIdentity, as the commitment was made about it. */
  companionEphemeralIdentity?: Uint8Array
  commitment?: { hash?: Uint8Array }
}
export interface PrimaryEphemeralIdentity {
  publicKey?: Uint8Array
  nonce?: Uint8Array
}
export interface PairingRequest {
  companionPublicKey?: Uint8Array
  companionIdentityKey?: Uint8Array
  advSecret?: Uint8Array
}
export interface EncryptedPairingRequest {
  encryptedPayload?: Uint8Array
  iv?: Uint8Array
}

export const CompanionEphemeralIdentity = messageCodec<CompanionEphemeralIdentity>('CompanionEphemeralIdentity')
export const ProloguePayload = messageCodec<ProloguePayload>('ProloguePayload')
export const PrimaryEphemeralIdentity = messageCodec<PrimaryEphemeralIdentity>('PrimaryEphemeralIdentity')
export const PairingRequest = messageCodec<PairingRequest>('PairingRequest')
export const EncryptedPairingRequest = messageCodec<EncryptedPairingRequest>('EncryptedPairingRequest')
