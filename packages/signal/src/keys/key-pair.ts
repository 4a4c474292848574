import { generateKeyPairSync } from 'node:crypto'
import { derivePublicKey, rememberPrivateKey } from './key-objects.ts'

/** An X25519 key pair, both halves as 32 raw bytes. */
export interface KeyPair {
  publicKey: Uint8Array
  privateKey: Uint8Array
}

/** A fresh random key pair. */
export function generateKeyPair(): KeyPair {
  const { privateKey: handle } = generateKeyPairSync('x25519')
  // The JWK form (RFC 8037) holds both halves, and exporting it costs a tenth of exporting DER.
  const { d, x } = handle.export({ format: 'jwk' })
  const pair = { publicKey: fromBase64(x), privateKey: fromBase64(d) }
  rememberPrivateKey(pair.privateKey, handle)
  return pair
}

/** The pair that belongs to a private key of 32 bytes. */
export function keyPairFromPrivate(privateKey: Uint8Array): KeyPair {
  return { publicKey: derivePublicKey(privateKey), privateKey: Uint8Array.from(privateKey) }
}

function fromBase64(text: string | undefined): Uint8Array {
  return Uint8Array.from(Buffer.from(text ?? '', 'base64url'))
}
