import { randomInt } from 'node:crypto'

/** Appends 1 to 16 bytes, each of which is their number. Seen in: whatsmeow message.go padMessage, baileys generics.js. */
export function padMessage(plaintext: Uint8Array): Uint8Array {
  const count = randomInt(1, 17)
  const padded = new Uint8Array(plaintext.length + count).fill(count)
  padded.set(plaintext)
  return padded
}

/** Takes the padding off. Undefined when it is not 1 to 16 bytes that each hold their number (whatsmeow refuses those too). */
export function unpadMessage(padded: Uint8Array): Uint8Array | undefined {
  const count = padded.at(-1)
  if (count === undefined || count < 1 || count > 16 || count > padded.length) return undefined
  const end = padded.length - count
  return padded.subarray(end).every((byte) => byte === count) ? padded.subarray(0, end) : undefined
}
