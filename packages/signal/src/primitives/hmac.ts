import { hash } from 'node:crypto'

const BLOCK = 64

/**
 * HMAC-SHA-256 (RFC 2104) over the parts, as if they were joined. 32 bytes.
 *
 * Written on the one-shot `hash`: `createHmac` makes a native object each time, which costs five times the computation, and a
 * message takes seven of them.
 */
export function hmac(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  const blockKey: Uint8Array = key.length > BLOCK ? hash('sha256', key, 'buffer') : key
  const inner = Buffer.allocUnsafe(BLOCK + parts.reduce((total, part) => total + part.length, 0))
  const outer = Buffer.allocUnsafe(BLOCK + 32)
  for (let index = 0; index < BLOCK; index++) {
    const byte = blockKey[index] ?? 0
    inner[index] = byte ^ 0x36
    outer[index] = byte ^ 0x5c
  }
  let at = BLOCK
  for (const part of parts) {
    inner.set(part, at)
    at += part.length
  }
  outer.set(hash('sha256', inner, 'buffer'), BLOCK)
  return hash('sha256', outer, 'buffer')
}
