/** Reads and writes the container of WebP (https://developers.google.com/speed/webp/docs/riff_container): an image library drops what WhatsApp keeps in it. */

interface Chunk {
  readonly name: string
  /** Of its data, from the start of the file. */
  readonly start: number
  readonly bytes: number
  /** Where the next chunk begins. */
  readonly end: number
}

const chunksOf = (file: Buffer): Chunk[] => {
  const chunks: Chunk[] = []
  for (let at = 12; at + 8 <= file.length; ) {
    const bytes = file.readUInt32LE(at + 4)
    const end = at + 8 + bytes + (bytes % 2)
    chunks.push({ name: file.toString('latin1', at, at + 4), start: at + 8, bytes, end })
    at = end
  }
  return chunks
}

const flags = { exif: 0x08, alpha: 0x10 }

/** Bytes up to the end of the first frame of an animation: a phone can show so much before the rest has come. */
export const firstFrameLengthOf = (file: Buffer): number | undefined => {
  const end = chunksOf(file).find(({ name }) => name === 'ANMF')?.end
  return end === undefined ? undefined : Math.min(end, file.length)
}

const exifOf = (file: Buffer): Buffer | undefined => {
  const chunk = chunksOf(file).find(({ name }) => name === 'EXIF')
  return chunk && file.subarray(chunk.start, chunk.start + chunk.bytes)
}

/** What a phone shows of the pack to which a sticker belongs. */
export interface PackTag {
  readonly 'sticker-pack-id': string
  readonly 'sticker-pack-name': string
  readonly 'sticker-pack-publisher': string
  readonly emojis: readonly string[]
}

/** A TIFF header, little-endian, with one entry: tag 0x5741 ("AW"), type 7 (bytes), length, at byte 22. Seen in stickers that WhatsApp's Android app makes. */
const tagHeader = Buffer.from('49492a00080000000100415707000000000016000000', 'hex')
const lengthAt = 14

/** The pack that the file names. */
export const packTagOf = (file: Buffer): Partial<PackTag> | undefined => {
  const exif = exifOf(file)
  const start = exif?.indexOf('{') ?? -1
  if (!exif?.includes('sticker-pack') || start < 0) return undefined
  try {
    return JSON.parse(exif.toString('utf8', start, exif.lastIndexOf('}') + 1))
  } catch {
    return undefined
  }
}

const chunk = (name: string, data: Buffer): Buffer => {
  const head = Buffer.alloc(8)
  head.write(name, 'latin1')
  head.writeUInt32LE(data.length, 4)
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)])
}

/** The chunk that says what else is in the file. A file of one still picture may have none. */
const extendedHeader = (file: Buffer, chunks: readonly Chunk[], size: { width: number; height: number }): Buffer => {
  const there = chunks.find(({ name }) => name === 'VP8X')
  const data = Buffer.alloc(10)
  if (there) file.copy(data, 0, there.start, there.start + 10)
  else {
    // Bit 28 of the header of VP8L says whether there is alpha.
    const lossless = chunks.find(({ name }) => name === 'VP8L')
    if (lossless && file.readUInt32LE(lossless.start + 1) & 0x10000000) data[0] = flags.alpha
    data.writeUIntLE(size.width - 1, 4, 3)
    data.writeUIntLE(size.height - 1, 7, 3)
  }
  data[0]! |= flags.exif
  return chunk('VP8X', data)
}

/** The same picture with the tag of a pack, in place of what EXIF told before. */
export const withPackTag = (file: Buffer, size: { width: number; height: number }, tag: Partial<PackTag>): Buffer => {
  const chunks = chunksOf(file)
  const text = Buffer.from(JSON.stringify(tag))
  const header = Buffer.from(tagHeader)
  header.writeUInt32LE(text.length, lengthAt)
  const kept = chunks.filter(({ name }) => name !== 'VP8X' && name !== 'EXIF')
  const body = Buffer.concat([
    Buffer.from('WEBP'),
    extendedHeader(file, chunks, size),
    ...kept.filter(({ name }) => name !== 'XMP ').map(({ start, end }) => file.subarray(start - 8, end)),
    chunk('EXIF', Buffer.concat([header, text])),
    ...kept.filter(({ name }) => name === 'XMP ').map(({ start, end }) => file.subarray(start - 8, end)),
  ])
  const riff = Buffer.alloc(8)
  riff.write('RIFF', 'latin1')
  riff.writeUInt32LE(body.length, 4)
  return Buffer.concat([riff, body])
}
