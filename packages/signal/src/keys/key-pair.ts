import { generateKeyPairSync } from 'node:crypto'
import { plain } from '../primitives/bytes.ts'
import { derivePublicKey } from './key-objects.ts'

/** An X25519 key pair, both halves as 32 raw bytes. */
export interface KeyPair {
  publicKey: Uint8Array
  privateKey: Uint8Array
}

/** A fresh random key pair. */
export function generateKeyPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('x25519', {
    publicKeyEncoding: { format: 'der', type: 'spki' },
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
  })
  // Both DER forms end with the 32 raw bytes (RFC 8410).
  return { publicKey: plain(publicKey.subarray(-32)), privateKey: plain(privateKey.subarray(-32)) }
}

/** The pair that belongs to a private key of 32 bytes. */
export function keyPairFromPrivate(privateKey: Uint8Array): KeyPair {
  return { publicKey: derivePublicKey(privateKey), privateKey: Uint8Array.from(privateKey) }
}
