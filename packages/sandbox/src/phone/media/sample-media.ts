import { silentOpus } from './silent-opus.ts'

export interface SampleMedia {
  readonly data: Uint8Array
  readonly mimetype: string
}

const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

/** One pixel. */
const jpeg = fromBase64(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
)
const webp = fromBase64('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA')

/** A small file that is what it says, for those who care for the message and not for its content.
 *  @throws Error for a kind that people do not send */
export function sampleMedia(kind: string): SampleMedia {
  const make = Object.hasOwn(makers, kind) ? makers[kind] : undefined
  if (!make) throw new Error(`there is no sample of ${kind}`)
  return make()
}

const makers: Readonly<Record<string, () => SampleMedia>> = {
  image: () => ({ data: jpeg, mimetype: 'image/jpeg' }),
  sticker: () => ({ data: webp, mimetype: 'image/webp' }),
  video: () => ({ data: emptyMp4(), mimetype: 'video/mp4' }),
  audio: () => ({ data: silentWav(), mimetype: 'audio/wav' }),
  ptt: () => ({ data: silentOpus(), mimetype: 'audio/ogg; codecs=opus' }),
  document: () => ({ data: emptyPdf(), mimetype: 'application/pdf' }),
}

/** A tenth of a second, 8 kHz, 8 bit. */
function silentWav(): Uint8Array {
  const samples = 800
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(8000, 24)
  header.writeUInt32LE(8000, 28)
  header.writeUInt16LE(1, 32)
  header.writeUInt16LE(8, 34)
  header.write('data', 36)
  header.writeUInt32LE(samples, 40)
  return new Uint8Array(Buffer.concat([header, Buffer.alloc(samples, 128)]))
}

/** A film without tracks (ISO 14496-12: ftyp, moov with mvhd, mdat). */
function emptyMp4(): Uint8Array {
  const box = (type: string, ...parts: Uint8Array[]): Buffer => {
    const content = Buffer.concat(parts)
    const head = Buffer.alloc(8)
    head.writeUInt32BE(8 + content.length, 0)
    head.write(type, 4, 'latin1')
    return Buffer.concat([head, content])
  }
  const header = Buffer.alloc(100)
  header.writeUInt32BE(1000, 12)
  header.writeUInt32BE(1000, 16)
  header.writeUInt32BE(0x00010000, 20)
  header.writeUInt16BE(0x0100, 24)
  for (const [at, value] of [
    [36, 0x00010000],
    [52, 0x00010000],
    [68, 0x40000000],
  ] as const)
    header.writeUInt32BE(value, at)
  header.writeUInt32BE(1, 96)
  const brand = Buffer.from('isom\0\0\x02\0isomiso2mp41', 'latin1')
  return new Uint8Array(Buffer.concat([box('ftyp', brand), box('moov', box('mvhd', header)), box('mdat')]))
}

/** One empty page. */
function emptyPdf(): Uint8Array {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>',
  ]
  let text = '%PDF-1.4\n'
  const offsets: number[] = []
  for (const [index, object] of objects.entries()) {
    offsets.push(text.length)
    text += `${index + 1} 0 obj\n${object}\nendobj\n`
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const end = `trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`
  return new Uint8Array(Buffer.from(`${text}xref\n0 4\n0000000000 65535 f \n${table}${end}`))
}
