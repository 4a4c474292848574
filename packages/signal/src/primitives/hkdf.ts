import { hmac } from './hmac.ts'

/** HKDF-SHA-256 (RFC 5869), `length` bytes. */
export function hkdf(input: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const pseudoRandomKey = hmac(salt, input)
  const blocks: Uint8Array[] = []
  let previous: Uint8Array = new Uint8Array(0)
  for (let counter = 1; blocks.length * 32 < length; counter++) {
    previous = hmac(pseudoRandomKey, previous, info, Uint8Array.of(counter))
    blocks.push(previous)
  }
  return Buffer.concat(blocks, length)
}
