import { hkdf } from './hkdf.js'

const BYTES = 128

/**
 * A hash over a set that is kept up by adding and taking away members, in any order: each member becomes 64 numbers of
 * 16 bits, and the hash is their sum (seen in: whatsmeow appstate/lthash).
 */
export class LTHashAntiTampering {
  /** The hash of 128 bytes without the members `subtract` and with the members `add`. `base` is left as it is. */
  subtractThenAdd(base, subtract, add) {
    if (base.length !== BYTES) throw new Error(`Base hash must be ${BYTES} bytes, got ${base.length}`)
    const result = Uint8Array.from(base)
    const sums = new DataView(result.buffer)
    for (const member of subtract) accumulate(sums, member, -1)
    for (const member of add) accumulate(sums, member, 1)
    return result
  }
}

function accumulate(sums, member, sign) {
  const numbers = new DataView(hkdf(member, BYTES, { info: 'WhatsApp Patch Integrity' }).buffer)
  for (let at = 0; at < BYTES; at += 2) {
    // setUint16 keeps the low 16 bits, which is the wrap-around that is wanted.
    sums.setUint16(at, sums.getUint16(at, true) + sign * numbers.getUint16(at, true), true)
  }
}
