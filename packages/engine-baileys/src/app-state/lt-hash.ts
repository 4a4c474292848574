import { hkdf, noSalt } from '@switchboard/signal'

const bytes = 128
const label = Buffer.from('WhatsApp Patch Integrity')

/** The hash of a collection without records. */
export const emptyHash = (): Uint8Array => new Uint8Array(bytes)

/**
 * The hash of a collection after some value MACs left it and others came: each MAC becomes 64 numbers of 16 bits, and the hash is their sum, so that the
 * order of changes does not matter (seen in: whatsmeow appstate/lthash). `hash` is left as it is.
 */
export function updateHash(hash: Uint8Array, gone: readonly Uint8Array[], come: readonly Uint8Array[]): Uint8Array {
  if (hash.length !== bytes) throw new RangeError(`a hash of ${hash.length} bytes, not ${bytes}`)
  const updated = Uint8Array.from(hash)
  for (const mac of gone) add(updated, hkdf(mac, noSalt, label, bytes), -1)
  for (const mac of come) add(updated, hkdf(mac, noSalt, label, bytes), 1)
  return updated
}

/** The numbers are little-endian; of a sum the low 16 bits stay. */
function add(sums: Uint8Array, numbers: Uint8Array, sign: 1 | -1): void {
  for (let at = 0; at < bytes; at += 2) {
    const sum = (sums[at]! | (sums[at + 1]! << 8)) + sign * (numbers[at]! | (numbers[at + 1]! << 8))
    sums[at] = sum
    sums[at + 1] = sum >> 8
  }
}
