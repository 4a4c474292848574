import { createHmac } from 'node:crypto'

/** HMAC-SHA-256 over the parts, as if they were joined. 32 bytes. */
export function hmac(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  const mac = createHmac('sha256', key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}
