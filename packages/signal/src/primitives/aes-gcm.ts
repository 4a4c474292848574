import { createCipheriv, createDecipheriv } from 'node:crypto'

const tagBytes = 16
const nothing = new Uint8Array(0)

/** AES-256-GCM, the tag of 16 bytes at the end. @param iv 12 bytes, never twice with one key. @param aad what is bound to it and travels elsewhere */
export function encryptGcm(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array, aad: Uint8Array = nothing): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad)
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/** The reverse of {@link encryptGcm}; undefined for what was not sealed like that. */
export function decryptGcm(
  key: Uint8Array,
  iv: Uint8Array,
  sealed: Uint8Array,
  aad: Uint8Array = nothing,
): Buffer | undefined {
  if (sealed.length < tagBytes) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(aad)
  decipher.setAuthTag(sealed.subarray(-tagBytes))
  const plaintext = decipher.update(sealed.subarray(0, -tagBytes))
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return plaintext
}
