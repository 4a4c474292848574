import { randomInt } from 'node:crypto'

/** Adds 1 to 16 bytes, each of which says how many there are (seen in: whatsmeow message.go, baileys generics.js). */
export function padMessage(message: Uint8Array): Uint8Array {
  const count = randomInt(1, 17)
  const padded = new Uint8Array(message.length + count).fill(count, message.length)
  padded.set(message)
  return padded
}

/** Takes the padding off. @throws RangeError when it is not there */
export function unpadMessage(padded: Uint8Array): Uint8Array {
  const count = padded.at(-1) ?? 0
  if (count === 0 || count > padded.length) throw new RangeError('a message without its padding')
  return padded.subarray(0, padded.length - count)
}
