import { randomInt } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'

/** Ogg pages are checked by CRC-32 with this polynomial, most significant bit first (RFC 3533 §6). */
const polynomial = 0x04c11db7

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ polynomial : value << 1
  return value >>> 0
})

const checksum = (page: Uint8Array): number => {
  let crc = 0
  for (const byte of page) crc = ((crc << 8) ^ table[((crc >>> 24) ^ byte) & 0xff]!) >>> 0
  return crc
}

const flags = { first: 0x02, last: 0x04 }
/** A page tells the lengths of its packets in as many bytes. */
const mostSegments = 255

export interface OpusHeader {
  readonly channels: 1 | 2
  /** Of the input, for information only: Opus itself always plays at 48 kHz. */
  readonly inputRate: number
  /** Samples at 48 kHz that a decoder leaves out at the start. */
  readonly preSkip: number
  readonly vendor: string
}

/** Writes one Opus stream into an Ogg file (RFC 7845). */
export class OggWriter {
  readonly #file: number
  readonly #serial = randomInt(2 ** 32)
  #sequence = 0
  #packets: Uint8Array[] = []
  #segments = 0
  /** Samples at 48 kHz up to the end of the last packet. */
  #position = 0

  constructor(path: string, { channels, inputRate, preSkip, vendor }: OpusHeader) {
    this.#file = openSync(path, 'w', 0o600)
    const head = Buffer.alloc(19)
    head.write('OpusHead\u0001')
    head[9] = channels
    head.writeUInt16LE(preSkip, 10)
    head.writeUInt32LE(inputRate, 12)
    this.#packets = [head]
    this.#writePage(flags.first, 0)
    const tags = Buffer.alloc(8 + 4 + vendor.length + 4)
    tags.write('OpusTags')
    tags.writeUInt32LE(vendor.length, 8)
    tags.write(vendor, 12)
    this.#packets = [tags]
    this.#writePage(0, 0)
  }

  /** @param samples that the packet plays, at 48 kHz */
  add(packet: Uint8Array, samples: number): void {
    const segments = Math.floor(packet.length / 255) + 1
    // About a second a page, as encoders do: a reader can begin at any page.
    if (this.#segments + segments > mostSegments || this.#packets.length >= 17) this.#writePage(0, this.#position)
    this.#packets.push(packet)
    this.#segments += segments
    this.#position += samples
  }

  /** @param samples that are to be played, pre-skip included: the rest of the last packet is left out */
  end(samples: number): void {
    this.#writePage(flags.last, samples)
    closeSync(this.#file)
  }

  /** After an error: the caller that made the file removes it. */
  abandon(): void {
    closeSync(this.#file)
  }

  #writePage(flag: number, position: number): void {
    const lacing = this.#packets.flatMap((packet) => [
      ...new Array<number>(Math.floor(packet.length / 255)).fill(255),
      packet.length % 255,
    ])
    const header = Buffer.alloc(27 + lacing.length)
    header.write('OggS')
    header[5] = flag
    header.writeBigInt64LE(BigInt(position), 6)
    header.writeUInt32LE(this.#serial, 14)
    header.writeUInt32LE(this.#sequence++, 18)
    header[26] = lacing.length
    header.set(lacing, 27)
    const page = Buffer.concat([header, ...this.#packets])
    page.writeUInt32LE(checksum(page), 22)
    for (let at = 0; at < page.length; ) at += writeSync(this.#file, page, at)
    this.#packets = []
    this.#segments = 0
  }
}
