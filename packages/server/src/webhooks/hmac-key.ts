import { hash } from 'node:crypto'

const block = 64
const digest = 32

/** HMAC-SHA-256 (RFC 2104) under one key. On the one-shot `hash`: `createHmac` makes a native object and a stream for each signature, and in a gateway that
 *  does many other things in between, that costs several times what is computed. */
export class HmacKey {
  readonly #inner: Buffer
  readonly #outer: Buffer

  constructor(key: Buffer) {
    const whole = key.length > block ? hash('sha256', key, 'buffer') : key
    const padded = (byte: number) => Buffer.alloc(block, byte).map((pad, place) => pad ^ (whole[place] ?? 0)) as Buffer
    this.#inner = padded(0x36)
    this.#outer = padded(0x5c)
  }

  /** Signs parts as if they were joined. */
  sign(encoding: 'hex' | 'base64', ...parts: readonly Uint8Array[]): string {
    const inner = hash('sha256', Buffer.concat([this.#inner, ...parts]), 'buffer')
    return hash('sha256', Buffer.concat([this.#outer, inner], block + digest), encoding)
  }
}
