import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const [ivBytes, tagBytes] = [12, 16]

/** Something sealed with AES-256-GCM, its tag at the end. */
export interface SealedGcm {
  readonly payload: Uint8Array
  readonly iv: Uint8Array
}

/** @param aad what is bound to it and travels elsewhere */
export function sealGcm(key: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): SealedGcm {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(aad)
  return { payload: Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]), iv }
}

/** Undefined for what was not sealed like that. */
export function openGcm(key: Uint8Array, aad: Uint8Array, { payload, iv }: SealedGcm): Uint8Array | undefined {
  if (iv.length !== ivBytes || payload.length < tagBytes) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, iv)
  decipher.setAAD(aad)
  decipher.setAuthTag(payload.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(payload.subarray(0, -tagBytes)), decipher.final()])
  } catch {
    return undefined
  }
}
