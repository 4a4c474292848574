import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { SignalError } from '../errors.ts'
import { asBuffer, sameBytes } from '../primitives/bytes.ts'

// Making a handle costs more than using it. Private ones hang on the very array they were made from, so that they live no
// longer than the key itself does: a ratchet key that was replaced is not kept in memory by a cache. The copy guards against
// an array that was written to since.
const privateKeys = new WeakMap<Uint8Array, { bytes: Uint8Array; handle: KeyObject }>()

/** Node's handle on an X25519 private key. */
export function x25519PrivateKey(raw: Uint8Array): KeyObject {
  const known = privateKeys.get(raw)
  if (known && sameBytes(known.bytes, raw)) return known.handle
  const handle = privateFrom('x25519', raw)
  keepHandle(raw, handle)
  return handle
}

/** Keeps the handle of a key that was made just now, for whoever uses the key next. */
export function keepHandle(raw: Uint8Array, handle: KeyObject): void {
  privateKeys.set(raw, { bytes: Uint8Array.from(raw), handle })
}

/** Node's handle on an X25519 public key. It takes less time to make than to find again, and two kilobytes as long as it is kept. */
export const x25519PublicKey = (raw: Uint8Array): KeyObject => publicFrom('x25519', raw)

/** Node's handle on an Ed25519 public key (compressed Edwards point). Not cached here. */
export function ed25519PublicKey(raw: Uint8Array): KeyObject {
  return publicFrom('ed25519', raw)
}

/** The X25519 public key of a private key. */
export function derivePublicKey(privateKey: Uint8Array): Uint8Array {
  return publicBytes(x25519PrivateKey(privateKey))
}

/** The Ed25519 public key (compressed Edwards point) of a 32 byte seed. */
export function ed25519PointOfSeed(seed: Uint8Array): Uint8Array {
  return publicBytes(privateFrom('ed25519', seed))
}

/** @param key a private one. Its JWK form (RFC 8037) holds the public half, and exporting it costs a tenth of exporting DER. */
function publicBytes(key: KeyObject): Uint8Array {
  return Uint8Array.from(Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url'))
}

/** From raw bytes it takes half the time that DER takes. */
function privateFrom(asymmetricKeyType: 'x25519' | 'ed25519', raw: Uint8Array): KeyObject {
  return createPrivateKey({ key: asBuffer(checked(raw)), format: 'raw-private', asymmetricKeyType })
}

function publicFrom(asymmetricKeyType: 'x25519' | 'ed25519', raw: Uint8Array): KeyObject {
  return createPublicKey({ key: asBuffer(checked(raw)), format: 'raw-public', asymmetricKeyType })
}

function checked(raw: Uint8Array): Uint8Array {
  if (raw.length !== 32) throw new SignalError('bad_key', `A key of ${raw.length} bytes, not 32`)
  return raw
}
