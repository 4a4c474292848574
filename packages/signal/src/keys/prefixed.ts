import { SignalError } from '../errors.ts'

/** A public key as libsignal writes it: 0x05 (for Curve25519) and the 32 bytes. */
export function prefixed(publicKey: Uint8Array): Uint8Array {
  const result = new Uint8Array(33)
  result[0] = 5
  result.set(publicKey, 1)
  return result
}

/** The 32 bytes of a public key given with or without its 0x05; `bad_key` for anything else. */
export function unprefixed(publicKey: Uint8Array): Uint8Array {
  if (publicKey.length === 32) return publicKey
  if (publicKey.length === 33 && publicKey[0] === 5) return publicKey.subarray(1)
  throw new SignalError('bad_key', 'Not a Curve25519 public key')
}
