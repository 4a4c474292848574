/** An Ogg checksum: CRC-32 with polynomial 0x04c11db7, not reflected, nothing inverted (RFC 3533 §6). */
function checksum(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 24
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1
  }
  return crc >>> 0
}

const pageType = { first: 2, middle: 0, last: 4 } as const

/** One page of an Ogg stream that holds whole packets of less than 255 bytes. */
function page(type: number, sequence: number, granule: number, packets: readonly Uint8Array[]): Uint8Array {
  const head = Buffer.alloc(27 + packets.length)
  head.write('OggS', 0)
  head.writeUInt8(type, 5)
  head.writeBigUInt64LE(BigInt(granule), 6)
  head.writeUInt32LE(1, 14)
  head.writeUInt32LE(sequence, 18)
  head.writeUInt8(packets.length, 26)
  for (const [index, packet] of packets.entries()) head.writeUInt8(packet.length, 27 + index)
  const whole = Buffer.concat([head, ...packets])
  whole.writeUInt32LE(checksum(whole), 22)
  return whole
}

/** A second of silence as WhatsApp's voice notes are: Ogg with mono Opus of 48 kHz (RFC 7845). */
export function silentOpus(): Uint8Array {
  const head = Buffer.concat([
    Buffer.from('OpusHead\x01\x01', 'latin1'),
    Buffer.from([0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0]),
  ])
  const tags = Buffer.concat([Buffer.from('OpusTags'), Buffer.from([4, 0, 0, 0]), Buffer.from('none'), Buffer.alloc(4)])
  // 20 ms of silence, as the reference encoder writes it.
  const silence = Uint8Array.of(0xf8, 0xff, 0xfe)
  const frames = Array.from({ length: 50 }, () => silence)
  return new Uint8Array(
    Buffer.concat([
      page(pageType.first, 0, 0, [head]),
      page(pageType.middle, 1, 0, [tags]),
      page(pageType.last, 2, 48_000, frames),
    ]),
  )
}
