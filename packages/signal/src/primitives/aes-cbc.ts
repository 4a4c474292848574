import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'

// Keys go in as handles: given raw bytes, Node 24.21 finds out by two thrown errors that they are no handle, at ten times the price.

/** AES-256-CBC with PKCS#7 padding. */
export function encryptCbc(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-cbc', createSecretKey(key), iv)
  return Buffer.concat([cipher.update(plaintext), cipher.final()])
}

/** The reverse of {@link encryptCbc}. Throws node's own error on bad padding; callers authenticate first. */
export function decryptCbc(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-256-cbc', createSecretKey(key), iv)
  return Buffer.concat([decipher.update(ciphertext), decipher.final()])
}
