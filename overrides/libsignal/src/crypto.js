import { createHash, timingSafeEqual } from 'node:crypto'
import { decryptCbc, encryptCbc, hkdf, hmac } from '@switchboard/signal'

/** AES-256-CBC. */
export function encrypt(key, data, iv) {
  return Buffer.from(encryptCbc(key, iv, data))
}

/** The reverse of {@link encrypt}. */
export function decrypt(key, data, iv) {
  return Buffer.from(decryptCbc(key, iv, data))
}

/** HMAC-SHA-256. */
export function calculateMAC(key, data) {
  return Buffer.from(hmac(key, data))
}

/** SHA-512. */
export function hash(data) {
  return createHash('sha512').update(data).digest()
}

/** HKDF-SHA-256 as blocks of 32 bytes: three, or as many as `chunks` says. */
export function deriveSecrets(input, salt, info, chunks = 3) {
  const derived = Buffer.from(hkdf(input, salt, info, chunks * 32))
  return Array.from({ length: chunks }, (_, index) => derived.subarray(index * 32, (index + 1) * 32))
}

/** Throws unless `mac` is the first `length` bytes of the data's MAC. */
export function verifyMAC(data, key, mac, length) {
  const expected = calculateMAC(key, data).subarray(0, length)
  if (mac.length !== length || !timingSafeEqual(expected, mac)) throw new Error('Bad MAC')
}
