import { createHash } from 'node:crypto'

/** MD5, which WhatsApp uses to name an app version. 16 bytes. */
export function md5(data) {
  return new Uint8Array(createHash('md5').update(data).digest())
}
