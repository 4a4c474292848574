import { ed25519 } from '@noble/curves/ed25519.js'
import { BoundedCache } from '../primitives/bounded-cache.ts'

/** The prime of Curve25519, 2^255 - 19. */
const FIELD_PRIME = 2n ** 255n - 19n
/** The order of the base point. */
export const GROUP_ORDER = ed25519.Point.Fn.ORDER

/** Little-endian bytes as a number. */
export function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}

/** A number as 32 little-endian bytes. */
export function toBytes(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()
}

/** The bits that X25519 forces in a private scalar (RFC 7748 §5). */
export function clamp(scalar: Uint8Array): Uint8Array {
  const clamped = Uint8Array.from(scalar.subarray(0, 32))
  clamped[0]! &= 0xf8
  clamped[31] = (clamped[31]! & 0x7f) | 0x40
  return clamped
}

/** A Montgomery public key as the private scalar of the same curve's Edwards form sees it. */
export interface EdwardsKey {
  /** The scalar, reduced by the group order. */
  scalar: bigint
  /** The compressed point, with the sign bit it really has. */
  point: Uint8Array
}

const known = new BoundedCache<EdwardsKey>(1024)

/** The Edwards form of an X25519 private key. The multiplication costs about a millisecond, so the last thousand are kept. */
export function edwardsKey(privateKey: Uint8Array): EdwardsKey {
  return known.getOrMake(privateKey, () => {
    const scalar = toNumber(clamp(privateKey)) % GROUP_ORDER
    return { scalar, point: ed25519.Point.BASE.multiply(scalar).toBytes() }
  })
}

/**
 * The Edwards y of a Montgomery u: (u - 1) / (u + 1), as 32 bytes with a sign bit of zero (XEdDSA specification, §2.3).
 * `undefined` for a u that is not reduced or has no image.
 */
export function edwardsY(publicKey: Uint8Array): Uint8Array | undefined {
  const u = toNumber(publicKey)
  if (u >= FIELD_PRIME || u === FIELD_PRIME - 1n) return undefined
  const field = ed25519.Point.Fp
  return toBytes(field.mul(field.sub(u, 1n), field.inv(field.add(u, 1n))))
}
