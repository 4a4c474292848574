import { hkdfSync } from 'node:crypto'

/** HKDF-SHA-256 (RFC 5869), `length` bytes. */
export function hkdf(input: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return Buffer.from(hkdfSync('sha256', input, salt, info, length))
}
