import { agree } from '../keys/agree.ts'
import { hkdf, noSalt } from '../primitives/hkdf.ts'
import type { Chain } from './session-state.ts'

const TEXT = Buffer.from('WhisperText')
const RATCHET = Buffer.from('WhisperRatchet')

/** The first root key: X3DH's agreements, in the initiator's order, behind 32 bytes of 0xff (X3DH specification, §2.2). */
export function firstRootKey(agreements: Uint8Array[]): Uint8Array {
  return hkdf(Buffer.concat([Buffer.alloc(32, 0xff), ...agreements]), noSalt, TEXT, 64).subarray(0, 32)
}

/** A Diffie-Hellman step of the Double Ratchet: the next root key, and a chain that starts under it. */
export function stepRoot(
  rootKey: Uint8Array,
  ourPrivateKey: Uint8Array,
  theirPublicKey: Uint8Array,
): { rootKey: Uint8Array; chain: Chain } {
  return stepRootBy(agree(ourPrivateKey, theirPublicKey), rootKey)
}

/** The same, once the two keys have agreed. */
export function stepRootBy(agreement: Uint8Array, rootKey: Uint8Array): { rootKey: Uint8Array; chain: Chain } {
  const derived = hkdf(agreement, rootKey, RATCHET, 64)
  return { rootKey: derived.subarray(0, 32), chain: { key: derived.subarray(32, 64), counter: 0 } }
}
