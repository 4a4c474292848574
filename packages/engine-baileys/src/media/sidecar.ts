import { createHmac, type Hmac } from 'node:crypto'

const windowBytes = 64 * 1024
const overlapBytes = 16
const signedBytes = 10

/** Signs a sealed file in windows, so that each can be checked without the whole. What is signed is IV, ciphertext and MAC, in windows of 64 KiB that reach
 *  one block into the next (seen in: zapo WaMediaCrypto.ts; sigalor/whatsapp-web-reveng says the same of IV and ciphertext). */
export class Sidecar {
  readonly #macKey: Uint8Array
  readonly #signatures: Buffer[] = []
  /** The windows that are not full yet: the newest, and the one before it as long as it lacks bytes of the overlap. */
  #open: { hmac: Hmac; missing: number }[] = []
  #toNext = 0

  constructor(macKey: Uint8Array) {
    this.#macKey = macKey
  }

  update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#toNext === 0) this.#begin()
      const length = Math.min(bytes.length - at, this.#toNext, this.#open[0]!.missing)
      const part = bytes.subarray(at, at + length)
      for (const window of this.#open) {
        window.hmac.update(part)
        window.missing -= length
      }
      this.#toNext -= length
      at += length
      if (this.#open[0]!.missing === 0) this.#sign(this.#open.shift()!)
    }
  }

  /** Ten bytes for each window. */
  end(): Buffer {
    for (const window of this.#open) this.#sign(window)
    this.#open = []
    return Buffer.concat(this.#signatures)
  }

  #begin(): void {
    this.#open.push({ hmac: createHmac('sha256', this.#macKey), missing: windowBytes + overlapBytes })
    this.#toNext = windowBytes
  }

  #sign({ hmac }: { hmac: Hmac }): void {
    this.#signatures.push(hmac.digest().subarray(0, signedBytes))
  }
}
