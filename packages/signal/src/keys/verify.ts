import { type KeyObject, verify as verifyEd25519 } from 'node:crypto'
import { BoundedCache } from '../primitives/bounded-cache.ts'
import { edwardsY } from './edwards.ts'
import { ed25519PublicKey } from './key-objects.ts'

const converted = new BoundedCache<KeyObject | null>(4096)

/**
 * Whether `signature` is an XEdDSA signature of `message` by the owner of this X25519 public key (32 bytes).
 *
 * Never throws: a key or signature of the wrong length is simply not valid. The key becomes an Edwards point with the sign bit
 * that the signature carries (zero in signatures made strictly by the specification), then OpenSSL verifies.
 */
export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return verifyWith(publicKey, message, signature, (signBit) => {
    const cacheKey = new Uint8Array(33)
    cacheKey.set(publicKey)
    cacheKey[32] = signBit
    return converted.getOrMake(cacheKey, () => edwardsPublicKey(publicKey, signBit))
  })
}

/** {@link verify} by a key that is used once: many of these would push out what is used again. */
export function verifyOnce(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return verifyWith(publicKey, message, signature, (signBit) => edwardsPublicKey(publicKey, signBit))
}

function verifyWith(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  convert: (signBit: number) => KeyObject | null,
): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  const key = convert(signature[63]! & 0x80)
  if (key === null) return false
  const unsigned = Uint8Array.from(signature)
  unsigned[63]! &= 0x7f
  return verifyEd25519(null, message, key, unsigned)
}

function edwardsPublicKey(publicKey: Uint8Array, signBit: number): KeyObject | null {
  const point = edwardsY(publicKey)
  if (point === undefined) return null
  point[31]! |= signBit
  return ed25519PublicKey(point)
}
