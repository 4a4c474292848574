import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { derivePublicKey, rememberPrivateKey } from './key-objects.ts'

/** An X25519 key pair, both halves as 32 raw bytes. */
export interface KeyPair {
  publicKey: Uint8Array
  privateKey: Uint8Array
}

/** A fresh random key pair. */
export function generateKeyPair(): KeyPair {
  return exportPair(generateKeyPairSync('x25519').privateKey)
}

/**
 * A fresh pair that is about to be used in agreements, so node's handle on it is kept along with it. Not for prekeys: devices
 * hold hundreds of them, each is used once, and a handle takes more memory than the pair.
 */
export function generateRatchetKeyPair(): KeyPair {
  const handle = generateKeyPairSync('x25519').privateKey
  const pair = exportPair(handle)
  rememberPrivateKey(pair.privateKey, handle)
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
