import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { derivePublicKey, keepHandle } from './key-objects.ts'

/** An X25519 key pair, both halves as 32 raw bytes. */
export interface KeyPair {
  publicKey: Uint8Array
  privateKey: Uint8Array
}

/** A fresh random key pair. */
export function generateKeyPair(): KeyPair {
  return exportPair(generateKeyPairSync('x25519').privateKey)
}

/** A fresh pair with node's handle on it, for whoever agrees with it at once: making a handle costs more than using it. */
export function generateWithHandle(): { pair: KeyPair; handle: KeyObject } {
  const handle = generateKeyPairSync('x25519').privateKey
  return { pair: exportPair(handle), handle }
}

/** A fresh pair for one handshake, which agrees with it more than once: node's handle on it is found again as long as the pair lives. */
export function generateEphemeral(): KeyPair {
  const { pair, handle } = generateWithHandle()
  keepHandle(pair.privateKey, handle)
  return pair
}

/** The pair that belongs to a private key of 32 bytes. */
export function keyPairFromPrivate(privateKey: Uint8Array): KeyPair {
  return { publicKey: derivePublicKey(privateKey), privateKey: Uint8Array.from(privateKey) }
}

// The JWK form (RFC 8037) holds both halves, and exporting it costs a tenth of exporting DER.
function exportPair(handle: KeyObject): KeyPair {
  const { d, x } = handle.export({ format: 'jwk' })
  return { publicKey: fromBase64(x), privateKey: fromBase64(d) }
}

function fromBase64(text: string | undefined): Uint8Array {
  return Uint8Array.from(Buffer.from(text ?? '', 'base64url'))
}
