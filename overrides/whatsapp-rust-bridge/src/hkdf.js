import { hkdfSync } from 'node:crypto'

/** HKDF-SHA-256. No salt means 32 zero bytes (RFC 5869); `info` is text. */
export function hkdf(data, length, { salt, info } = {}) {
  return new Uint8Array(hkdfSync('sha256', data, salt ?? new Uint8Array(32), info ?? '', length))
}
