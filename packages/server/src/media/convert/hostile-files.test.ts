import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, describe, it } from 'node:test'
import { AppError } from '../../errors/app-error.ts'
import type { Prepared } from './index.ts'
import { animation, pdf, photo, picture, withConverter, zip } from './testing/samples.ts'
import { film, opusPackets, recording, wav } from './testing/sound.ts'

const { converter, file, left, end } = await withConverter({ ffmpeg: 'ffmpeg' })

after(end)

const samples: Record<string, Buffer> = {
  jpeg: await photo({ width: 80, height: 60 }),
  png: await (await picture({ width: 80, height: 60, alpha: true })).png().toBuffer(),
  webp: await (await picture({ width: 512, height: 512, alpha: true })).webp().toBuffer(),
  gif: await animation({ width: 40, height: 30, delays: [100, 100, 100] }, 'gif'),
  'animated webp': await animation({ width: 40, height: 30, delays: [100, 100, 100] }, 'webp'),
  pdf: Buffer.from(pdf(2)),
  zip: zip({ 'a.txt': 'a' }),
  wav: wav(0.5, 16_000),
  ogg: await recording(opusPackets(0.5), 'ogg'),
  webm: await recording(opusPackets(0.5), 'webm'),
  film: await film({ width: 64, height: 64, seconds: 1 }),
}

/** The same on every run. */
const random = (seed: number) => () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed / 2 ** 32
}

const spoilt = function* (whole: Buffer): Generator<Buffer> {
  for (const part of [0.02, 0.3, 0.7, 0.97]) yield whole.subarray(0, Math.max(1, Math.floor(whole.length * part)))
  const next = random(whole.length)
  for (let round = 0; round < 4; round++) {
    const bytes = Buffer.from(whole)
    // Lengths and sizes stand at the start.
    for (let change = 0; change < 4; change++)
      bytes[Math.floor(next() * Math.min(bytes.length, change < 2 ? 100 : bytes.length))] = Math.floor(next() * 256)
    yield bytes
  }
  const endless = Buffer.from(whole)
  endless.fill(0xff, Math.min(8, whole.length), Math.min(24, whole.length))
  yield endless
}

const ways: Record<string, (path: string) => Promise<Prepared | unknown>> = {
  probe: (path) => converter.probe(path, 'Rechnung.docx'),
  image: (path) => converter.prepareImage(path),
  sticker: (path) => converter.prepareSticker(path, { pack: 'P' }),
  voice: (path) => converter.prepareVoice(path),
  audio: (path) => converter.prepareAudio(path),
  video: (path) => converter.prepareVideo(path),
  document: (path) => converter.prepareDocument(path, 'Rechnung.pdf'),
  photo: (path) => converter.squarePhoto(path),
}

describe('a file that is spoilt', () => {
  for (const [name, whole] of Object.entries(samples))
    it(`becomes something or an error of the catalogue, and nothing stays behind: ${name}`, async () => {
      for (const bytes of spoilt(whole)) {
        const place = await file(bytes)
        for (const [way, prepare] of Object.entries(ways)) {
          const made = await prepare(place).catch((error: unknown) => {
            assert.ok(error instanceof AppError, `${way}: ${error}`)
            assert.match(error.code, /^media_/)
            return undefined
          })
          const path = (made as Prepared | undefined)?.path
          if (path !== undefined && path !== place) await rm(path)
        }
      }
      assert.deepEqual(await left(), [])
    })
})
