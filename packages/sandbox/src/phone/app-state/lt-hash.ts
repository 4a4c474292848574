import { hkdfSync } from 'node:crypto'

/** The summation hash over the value MACs of a collection: 64 little-endian 16-bit lanes, each MAC stretched by HKDF to the same size.
 *  Seen in: whatsmeow appstate/lthash/lthash.go (label "WhatsApp Patch Integrity", 128 bytes). */
export function updateLtHash(hash: Uint8Array, remove: readonly Uint8Array[], add: readonly Uint8Array[]): Uint8Array {
  const result = Buffer.from(hash)
  for (const mac of remove) mix(result, mac, -1)
  for (const mac of add) mix(result, mac, 1)
  return new Uint8Array(result)
}

function mix(hash: Buffer, mac: Uint8Array, sign: 1 | -1): void {
  const lanes = Buffer.from(hkdfSync('sha256', mac, new Uint8Array(0), 'WhatsApp Patch Integrity', 128))
  for (let at = 0; at < 128; at += 2) {
    hash.writeUInt16LE((hash.readUInt16LE(at) + sign * lanes.readUInt16LE(at)) & 0xffff, at)
  }
}
