import { createHash, randomBytes, verify } from 'node:crypto'
import { BoundedCache } from '../primitives/bounded-cache.ts'
import { derivePublicKey, ed25519PointOfSeed, ed25519PublicKey } from './key-objects.ts'

// Node has no arithmetic on the Edwards curve. What XEdDSA needs of it comes to numbers modulo two primes, and to points that OpenSSL works out:
// a library for the rest would cost seven megabytes and a twentieth of a second at every start.

/** The prime of Curve25519, 2^255 - 19. */
const FIELD_PRIME = 2n ** 255n - 19n
/** The order of the base point (RFC 8032 §5.1). */
export const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

/** Little-endian bytes as a number. */
export function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}

/** A number as 32 little-endian bytes. They are kept for long: in a copy, because a small Buffer keeps the 64 KiB of the pool that it is cut from. */
export function toBytes(value: bigint): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex')).reverse()
}

/** The bits that X25519 forces in a private scalar (RFC 7748 §5). */
export function clamp(scalar: Uint8Array): Uint8Array {
  const clamped = Uint8Array.from(scalar.subarray(0, 32))
  clamped[0]! &= 0xf8
  clamped[31] = (clamped[31]! & 0x7f) | 0x40
  return clamped
}

/** SHA-512 of the parts, as if they were joined. */
export function sha512(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** A scalar and its multiple of the base point, compressed. */
export interface EdwardsKey {
  /** Reduced by the group order. */
  readonly scalar: bigint
  /** With the sign bit it really has. */
  readonly point: Uint8Array
}

/** The key pair that Ed25519 makes from a seed of 32 bytes (RFC 8032 §5.1.5). OpenSSL multiplies. */
export function edwardsKeyOfSeed(seed: Uint8Array): EdwardsKey {
  return { scalar: toNumber(clamp(sha512(seed))) % GROUP_ORDER, point: ed25519PointOfSeed(seed) }
}

/** The s of an Ed25519 signature (RFC 8032 §5.1.6): r + H(R, A, M) · a. */
export function responseOf(nonce: EdwardsKey, key: EdwardsKey, message: Uint8Array): Uint8Array {
  const challenge = toNumber(sha512(nonce.point, key.point, message)) % GROUP_ORDER
  return toBytes((nonce.scalar + challenge * key.scalar) % GROUP_ORDER)
}

const known = new BoundedCache<EdwardsKey>(1024)

/**
 * The Edwards form of an X25519 private key: a multiple of the base point by its scalar. The last thousand are kept.
 *
 * X25519 gives the point but for its sign. Which of the two it is shows in a signature that is made for one of them: it verifies, or the point
 * is the other one.
 */
export function edwardsKey(privateKey: Uint8Array): EdwardsKey {
  return known.getOrMake(privateKey, () => {
    const scalar = toNumber(clamp(privateKey)) % GROUP_ORDER
    // The u of a multiple of the base point is always that of a point.
    const point = edwardsY(derivePublicKey(privateKey))!
    if (!isPointOf({ scalar, point })) point[31]! |= 0x80
    return { scalar, point }
  })
}

const trial = new Uint8Array(1)

function isPointOf(key: EdwardsKey): boolean {
  const nonce = edwardsKeyOfSeed(randomBytes(32))
  const signature = Buffer.concat([nonce.point, responseOf(nonce, key, trial)])
  return verify(null, trial, ed25519PublicKey(key.point), signature)
}

/**
 * The Edwards y of a Montgomery u: (u - 1) / (u + 1), as 32 bytes with a sign bit of zero (XEdDSA specification, §2.3).
 * `undefined` for a u that is not reduced or has no image.
 */
export function edwardsY(publicKey: Uint8Array): Uint8Array | undefined {
  const u = toNumber(publicKey)
  if (u >= FIELD_PRIME || u === FIELD_PRIME - 1n) return undefined
  return toBytes(((u + FIELD_PRIME - 1n) * inverse(u + 1n)) % FIELD_PRIME)
}

/** The number that gives 1 with `value`, which is none of the prime's multiples (extended Euclid). */
function inverse(value: bigint): bigint {
  let [rest, next] = [FIELD_PRIME, value]
  let [factor, nextFactor] = [0n, 1n]
  while (next !== 0n) {
    const times = rest / next
    ;[rest, next] = [next, rest - times * next]
    ;[factor, nextFactor] = [nextFactor, factor - times * nextFactor]
  }
  return factor < 0n ? factor + FIELD_PRIME : factor
}
