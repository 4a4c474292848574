import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { type ConverterOptions, createConverter } from '../index.ts'

/** A converter with a spool of its own, and a folder for files to give to it. */
export const withConverter = async (options: Partial<ConverterOptions> = {}) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'switchboard-convert-'))
  const inputs = await mkdtemp(path.join(os.tmpdir(), 'switchboard-samples-'))
  const converter = createConverter({
    folder,
    compressImages: true,
    webpToPng: true,
    ffmpeg: 'off',
    ffmpegLimitMs: 60_000,
    ...options,
  })
  let count = 0
  return {
    converter,
    /** Writes bytes to a file with a name that says nothing. */
    async file(bytes: Uint8Array | string): Promise<string> {
      const place = path.join(inputs, String(count++))
      await writeFile(place, bytes)
      return place
    },
    /** What is left in the spool. */
    left: () => readdir(folder),
    async end(): Promise<void> {
      await converter.close()
      await rm(folder, { recursive: true })
      await rm(inputs, { recursive: true })
    },
  }
}

interface PictureShape {
  readonly width: number
  readonly height: number
  readonly alpha?: boolean
}

/** A picture with something on it: the left half is red, the right half blue; with alpha, the lower half is transparent. */
export const picture = async ({ width, height, alpha }: PictureShape): Promise<Sharp> => {
  const pixels = Buffer.alloc(width * height * 4)
  for (let at = 0; at < width * height; at++) {
    const left = at % width < width / 2
    const below = Math.floor(at / width) >= height / 2
    pixels.set([left ? 220 : 10, 20, left ? 10 : 220, alpha && below ? 0 : 255], at * 4)
  }
  const raw = { width, height, channels: 4 } as const
  return alpha ? sharp(pixels, { raw }) : sharp(pixels, { raw }).removeAlpha()
}

/** A photo as a phone stores it: on its side, with the place where it was taken. */
export const photo = async (shape: PictureShape): Promise<Buffer> =>
  (await picture(shape))
    .jpeg()
    .withExif({ IFD0: { Make: 'Phone' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 30/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .toBuffer()

export interface AnimationShape {
  readonly width: number
  readonly height: number
  /** Milliseconds of each frame. */
  readonly delays: readonly number[]
}

/** Frames of different colours. */
export const animation = async ({ width, height, delays }: AnimationShape, format: 'gif' | 'webp'): Promise<Buffer> => {
  const frames = await Promise.all(
    delays.map((_, index) =>
      sharp({ create: { width, height, channels: 4, background: { r: (index * 67) % 256, g: 90, b: 40, alpha: 1 } } })
        .png()
        .toBuffer(),
    ),
  )
  const joined = sharp(frames, { join: { animated: true } })
  return (format === 'gif' ? joined.gif({ delay: [...delays] }) : joined.webp({ delay: [...delays] })).toBuffer()
}

/** A PDF of blank pages with a black square on the first. */
export const pdf = (pages: number): string => {
  const kids = Array.from({ length: pages }, (_, index) => `${index + 3} 0 R`)
  const drawing = '0 0 0 rg 50 50 100 100 re f'
  const content = pages + 3
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${pages} >>`,
    ...kids.map(
      (_, index) =>
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 400]${index === 0 ? ` /Contents ${content} 0 R` : ''} >>`,
    ),
    `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
  ]
  let text = '%PDF-1.4\n'
  const places = objects.map((object, index) => {
    const place = text.length
    text += `${index + 1} 0 obj\n${object}\nendobj\n`
    return String(place).padStart(10, '0')
  })
  const start = text.length
  const entries = places.map((place) => `${place} 00000 n \n`).join('')
  return `${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
}

/** A ZIP archive of stored files. */
export const zip = (files: Readonly<Record<string, string>>): Buffer => {
  const parts = Object.entries(files).map(([name, text]) => {
    const header = Buffer.alloc(30)
    header.write('PK\u0003\u0004', 'latin1')
    header.writeUInt16LE(20, 4)
    header.writeUInt32LE(text.length, 18)
    header.writeUInt32LE(text.length, 22)
    header.writeUInt16LE(name.length, 26)
    return Buffer.concat([header, Buffer.from(name + text)])
  })
  const entries = Object.keys(files).map((name) => {
    const entry = Buffer.alloc(46)
    entry.write('PK\u0001\u0002', 'latin1')
    entry.writeUInt16LE(name.length, 28)
    return Buffer.concat([entry, Buffer.from(name)])
  })
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006', 'latin1')
  return Buffer.concat([...parts, ...entries, end])
}
