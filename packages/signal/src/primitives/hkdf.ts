import { hkdfSync } from 'node:crypto'

/** What stands for no salt: as many zeros as the hash has bytes. */
export const noSalt: Uint8Array = new Uint8Array(32)

/** HKDF-SHA-256 (RFC 5869), `length` bytes. */
export function hkdf(input: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return Buffer.from(hkdfSync('sha256', input, salt, info, length))
}
