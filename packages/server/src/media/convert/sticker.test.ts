import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, describe, it } from 'node:test'
import sharp from 'sharp'
import { animation, picture, withConverter } from './testing/samples.ts'
import { ffmpeg, needsFfmpeg } from './testing/with-ffmpeg.ts'

const { converter, file, left, end } = await withConverter()
const full = await withConverter({ ffmpeg: 'ffmpeg' })

after(async () => {
  await end()
  await full.end()
})

/** The tag of the pack, read by the offsets of the format. */
const packOf = (webp: Buffer): Record<string, unknown> => {
  assert.equal(webp.readUInt32LE(4), webp.length - 8)
  assert.equal(webp.toString('latin1', 12, 16), 'VP8X')
  assert.equal(webp[20]! & 0x08, 0x08)
  const at = webp.indexOf('EXIF')
  const exif = webp.subarray(at + 8, at + 8 + webp.readUInt32LE(at + 4))
  assert.equal(exif.toString('hex', 0, 14), '49492a000800000001004157' + '0700')
  assert.equal(exif.toString('hex', 18, 22), '16000000')
  return JSON.parse(exif.toString('utf8', 22, 22 + exif.readUInt32LE(14)))
}

/** Pixels that nobody can make small. */
const noise = (width: number, height: number) =>
  sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } })

describe('prepareSticker', () => {
  it('pads a wide picture with transparency to 512 × 512', async () => {
    const png = await (await picture({ width: 800, height: 400, alpha: true })).png().toBuffer()
    const { path, probed } = await converter.prepareSticker(await file(png))
    assert.deepEqual(probed, { mimetype: 'image/webp', kind: 'image', extension: 'webp', width: 512, height: 512 })
    const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true })
    assert.deepEqual([info.width, info.height, info.channels], [512, 512, 4])
    const pixel = (x: number, y: number) => [...data.subarray((y * 512 + x) * 4, (y * 512 + x) * 4 + 4)]
    assert.equal(pixel(256, 20)[3], 0)
    assert.equal(pixel(256, 360)[3], 0)
    const [red, , blue, alpha] = pixel(50, 180)
    assert.ok(red! > 180 && blue! < 60 && alpha === 255)
    assert.ok((await readFile(path)).length <= 100 * 1024)
  })

  it('writes pack, author and emojis after encoding', async () => {
    const jpeg = await (await picture({ width: 300, height: 300 })).jpeg().toBuffer()
    const wish = { pack: 'Grüße', author: 'Ana', emojis: ['😀', '🎉'] }
    const { path } = await converter.prepareSticker(await file(jpeg), wish)
    const { 'sticker-pack-id': id, ...tag } = packOf(await readFile(path))
    assert.deepEqual(tag, { 'sticker-pack-name': 'Grüße', 'sticker-pack-publisher': 'Ana', emojis: ['😀', '🎉'] })
    assert.match(String(id), /^[0-9a-f]{32}$/)
    const other = await converter.prepareSticker(await file(jpeg), { ...wish, emojis: [] })
    assert.equal(packOf(await readFile(other.path))['sticker-pack-id'], id)
    assert.equal((await sharp(path).metadata()).width, 512)
  })

  it('keeps the pack of a sticker that it makes smaller', async () => {
    const large = await file(await (await picture({ width: 900, height: 900 })).webp().toBuffer())
    const made = await converter.prepareSticker(large, { pack: 'Pack', author: 'Bob' })
    const bytes = await readFile(made.path)
    // The same tag on a picture that has to be encoded again.
    const tag = bytes.subarray(bytes.indexOf('EXIF'))
    const source = await (await picture({ width: 900, height: 900, alpha: true })).webp().toBuffer()
    source[20]! |= 0x08
    const tagged = Buffer.concat([source, tag])
    tagged.writeUInt32LE(tagged.length - 8, 4)
    const { path } = await converter.prepareSticker(await file(tagged))
    assert.deepEqual(packOf(await readFile(path))['sticker-pack-name'], 'Pack')
  })

  it('leaves a right WebP byte for byte, and changes nothing of its picture when it gets a pack', async () => {
    const still = await file(await (await picture({ width: 512, height: 512, alpha: true })).webp().toBuffer())
    assert.equal((await converter.prepareSticker(still)).path, still)
    for (const lossless of [true, false]) {
      const plain = await (await picture({ width: 512, height: 512, alpha: lossless })).webp({ lossless }).toBuffer()
      const { path } = await converter.prepareSticker(await file(plain), { pack: 'P' })
      assert.equal(packOf(await readFile(path))['sticker-pack-name'], 'P')
      assert.deepEqual(await sharp(path).raw().toBuffer(), await sharp(plain).raw().toBuffer())
    }
  })

  it('leaves an animated WebP byte for byte, marked as animated, and says where its first frame ends', async () => {
    const webp = await animation({ width: 200, height: 180, delays: [70, 130, 200] }, 'webp')
    const place = await file(webp)
    const { path, probed, firstFrameLength } = await converter.prepareSticker(place)
    assert.equal(path, place)
    assert.deepEqual([probed.animated, probed.width, probed.height], [true, 200, 180])
    // The second frame begins there.
    assert.equal(webp.toString('latin1', firstFrameLength!, firstFrameLength! + 4), 'ANMF')
    assert.equal(webp.indexOf('ANMF') < firstFrameLength!, true)
  })

  it('keeps all frames of a GIF and their times', async () => {
    const delays = [80, 120, 400, 60, 1000]
    const gif = await animation({ width: 300, height: 200, delays }, 'gif')
    const { path, probed, firstFrameLength } = await converter.prepareSticker(await file(gif), { pack: 'Moving' })
    assert.equal(probed.animated, true)
    const seen = await sharp(path, { animated: true }).metadata()
    assert.deepEqual([seen.pages, seen.delay, seen.width, seen.pageHeight], [5, delays, 512, 512])
    assert.equal(packOf(await readFile(path))['sticker-pack-name'], 'Moving')
    assert.equal((await readFile(path)).toString('latin1', firstFrameLength!, firstFrameLength! + 4), 'ANMF')
  })

  it('lowers the quality until a sticker is small enough', async () => {
    const { path } = await converter.prepareSticker(await file(await noise(512, 512).png().toBuffer()))
    assert.ok((await readFile(path)).length <= 100 * 1024)
  })

  it('leaves out frames of an animation when quality is not enough, and keeps its length', async () => {
    const frames = await Promise.all(Array.from({ length: 8 }, () => noise(512, 512).png().toBuffer()))
    const delays = frames.map((_, index) => 50 + index)
    const webp = await sharp(frames, { join: { animated: true } })
      .webp({ quality: 60, effort: 0, delay: delays })
      .toBuffer()
    const { path } = await converter.prepareSticker(await file(webp))
    assert.ok((await readFile(path)).length <= 500 * 1024)
    const { pages, delay } = await sharp(path, { animated: true }).metadata()
    assert.ok(pages! > 1 && pages! < 8)
    const sum = (numbers: number[]) => numbers.reduce((total, ms) => total + ms)
    assert.equal(sum(delay!), sum(delays))
  })

  it('says both sizes when nothing makes it small enough', async () => {
    // Transparency is kept exactly; nothing shortens noise.
    const raw = { width: 512, height: 512, channels: 4 } as const
    const png = await sharp(randomBytes(512 * 512 * 4), { raw })
      .png({ compressionLevel: 1 })
      .toBuffer()
    const before = await left()
    await assert.rejects(
      converter.prepareSticker(await file(png)),
      (error: { code: string; details: { unit: string; limit: number; found: number } }) => {
        assert.equal(error.code, 'media_too_large')
        assert.deepEqual([error.details.unit, error.details.limit], ['bytes', 100 * 1024])
        assert.ok(error.details.found > error.details.limit)
        return true
      },
    )
    assert.deepEqual(await left(), before)
  })

  it('refuses an animation of more than ten seconds, a cut-off WebP, and a film when there is no ffmpeg', async () => {
    const slow = await animation({ width: 20, height: 20, delays: [6000, 6000] }, 'gif')
    await assert.rejects(converter.prepareSticker(await file(slow)), {
      code: 'media_too_large',
      details: { unit: 'seconds', limit: 10, found: 12 },
    })
    const webp = await noise(512, 512).webp({ quality: 30 }).toBuffer()
    const before = await left()
    await assert.rejects(converter.prepareSticker(await file(webp.subarray(0, webp.length / 2))), {
      code: 'media_unreadable',
    })
    assert.deepEqual(await left(), before)
    const { film } = await import('./testing/sound.ts')
    await assert.rejects(converter.prepareSticker(await file(await film({ width: 64, height: 64, seconds: 1 }))), {
      code: 'media_conversion_unavailable',
    })
    await assert.rejects(converter.prepareSticker(await file('%PDF-1.4 …')), { code: 'media_kind_mismatch' })
  })

  it('makes an animated sticker of a film with ffmpeg', needsFfmpeg, async () => {
    const place = `${await full.file('')}.mp4`
    ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=15:duration=2', '-pix_fmt', 'yuv420p', place)
    const { path, probed, firstFrameLength } = await full.converter.prepareSticker(place, { pack: 'Film' })
    assert.deepEqual([probed.width, probed.height, probed.animated], [512, 512, true])
    assert.equal(packOf(await readFile(path))['sticker-pack-name'], 'Film')
    const { pages, delay, hasAlpha } = await sharp(path, { animated: true }).metadata()
    assert.ok(pages! > 20 && hasAlpha)
    assert.ok(Math.abs(delay!.reduce((sum, ms) => sum + ms) - 2000) < 150)
    assert.ok(firstFrameLength! > 100)
    assert.deepEqual((await full.left()).length, 1)
  })
})
