import { randomBytes } from 'node:crypto'
import { decryptGcm, encryptGcm } from '@switchboard/signal'

const ivBytes = 12

/** Something sealed with AES-256-GCM, its tag at the end. */
export interface SealedGcm {
  readonly payload: Uint8Array
  readonly iv: Uint8Array
}

/** @param aad what is bound to it and travels elsewhere */
export function sealGcm(key: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): SealedGcm {
  const iv = randomBytes(ivBytes)
  return { payload: encryptGcm(key, iv, plaintext, aad), iv }
}

/** Undefined for what was not sealed like that. */
export const openGcm = (key: Uint8Array, aad: Uint8Array, { payload, iv }: SealedGcm): Uint8Array | undefined =>
  iv.length === ivBytes ? decryptGcm(key, iv, payload, aad) : undefined
