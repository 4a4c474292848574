import { randomBytes } from 'node:crypto'
import { SignalError } from '../errors.ts'
import { type EdwardsKey, edwardsKey, edwardsKeyOfSeed, GROUP_ORDER, responseOf, sha512 } from './edwards.ts'

// XEdDSA §2.5: hash_1 is SHA-512 behind 2^256 - 2, so that its output never meets one of hash.
const HASH_1_PREFIX = Buffer.concat([Buffer.of(0xfe), Buffer.alloc(31, 0xff)])

/**
 * An XEdDSA signature by an X25519 private key: 64 bytes, different each time.
 *
 * As libsignal does, the key is used with the sign its point has, and that sign travels in the signature's highest bit, which
 * is otherwise unused (seen in: libsignal rust/core/src/curve/curve25519.rs). The specification's own verifier reads it as part
 * of s; libsignal's, WhatsApp's and ours take it out first.
 */
export function sign(privateKey: Uint8Array, message: Uint8Array): Uint8Array {
  if (privateKey.length !== 32) throw new SignalError('bad_key', `A private key of ${privateKey.length} bytes, not 32`)
  const key = edwardsKey(privateKey)
  const nonce = makeNonce(privateKey, message)
  const signature = new Uint8Array(64)
  signature.set(nonce.point)
  signature.set(responseOf(nonce, key, message), 32)
  signature[63]! |= key.point[31]! & 0x80
  return signature
}

/**
 * The secret nonce r and its point R = rB, from key, message and 64 random bytes as the specification asks.
 *
 * R comes from OpenSSL, ten times faster than a multiplication in JavaScript: an Ed25519 key made from a seed has the scalar
 * clamp(SHA-512(seed)) and its public key is that multiple of B. A clamped scalar is 8x with x from [2^251, 2^252), which is
 * one half of the residues; the negative is the other half. So an extra random bit chooses between r and -r, and r is uniform
 * to within 2^-126.
 */
function makeNonce(privateKey: Uint8Array, message: Uint8Array): EdwardsKey {
  const secret = sha512(HASH_1_PREFIX, privateKey, message, randomBytes(64))
  const { scalar, point } = edwardsKeyOfSeed(secret.subarray(0, 32))
  if ((secret[32]! & 1) === 0) return { scalar, point }
  const negative = Uint8Array.from(point)
  negative[31]! ^= 0x80
  return { scalar: GROUP_ORDER - scalar, point: negative }
}
