import { hkdf } from '@switchboard/signal'

const bytes = 128
const [noSalt, label] = [new Uint8Array(32), Buffer.from('WhatsApp Patch Integrity')]

/** The hash of a collection without records. */
export const emptyHash = (): Uint8Array => new Uint8Array(bytes)

/**
 * The hash of a collection after some value MACs left it and others came: each MAC becomes 64 numbers of 16 bits, and the hash is their sum, so that the
 * order of changes does not matter (seen in: whatsmeow appstate/lthash). `hash` is left as it is.
 */
export function updateHash(hash: Uint8Array, gone: readonly Uint8Array[], come: readonly Uint8Array[]): Uint8Array {
  if (hash.length !== bytes) throw new RangeError(`a hash of ${hash.length} bytes, not ${bytes}`)
  const sums = new Uint16Array(bytes / 2)
  add(sums, hash, 1)
  for (const mac of gone) add(sums, hkdf(mac, noSalt, label, bytes), -1)
  for (const mac of come) add(sums, hkdf(mac, noSalt, label, bytes), 1)
  const updated = new Uint8Array(bytes)
  for (const [place, sum] of sums.entries()) {
    updated[2 * place] = sum & 0xff
    updated[2 * place + 1] = sum >> 8
  }
  return updated
}

/** The numbers are little-endian; the array keeps the low 16 bits of a sum, which is the wrap-around that is wanted. */
function add(sums: Uint16Array, numbers: Uint8Array, sign: 1 | -1): void {
  for (let place = 0; place < sums.length; place++) {
    sums[place] = sums[place]! + sign * (numbers[2 * place]! | (numbers[2 * place + 1]! << 8))
  }
}
