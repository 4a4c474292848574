import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, describe, it } from 'node:test'
import sharp from 'sharp'
import { animation, photo, picture, withConverter } from './testing/samples.ts'

const compressing = await withConverter()
const plain = await withConverter({ compressImages: false, webpToPng: false })

after(async () => {
  await compressing.end()
  await plain.end()
})

/** Red, green, blue, and alpha where there is one. */
const pixelAt = async (file: string | Buffer, x: number, y: number): Promise<number[]> => {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
  const at = (y * info.width + x) * info.channels
  return [...data.subarray(at, at + info.channels)]
}

describe('prepareImage', () => {
  it('turns a photo upright, takes out place and camera, and makes it 1024 pixels wide', async () => {
    const file = await compressing.file(await photo({ width: 1500, height: 1100 }))
    const { path, probed, thumbnail } = await compressing.converter.prepareImage(file)
    assert.deepEqual(probed, { mimetype: 'image/jpeg', kind: 'image', extension: 'jpg', width: 1024, height: 1396 })
    const seen = await sharp(path).metadata()
    assert.deepEqual([seen.width, seen.height, seen.orientation, seen.exif], [1024, 1396, undefined, undefined])
    // Orientation 6 shows the stored left side on top.
    assert.ok((await pixelAt(path, 500, 50))[0]! > 180)
    assert.ok((await pixelAt(path, 500, 1350))[2]! > 180)
    assert.deepEqual([thumbnail?.width, thumbnail?.height], [74, 100])
    assert.deepEqual((await sharp(thumbnail!.jpeg).metadata()).height, 100)
  })

  it('puts white under what is transparent', async () => {
    const file = await compressing.file(
      await (await picture({ width: 200, height: 100, alpha: true })).png().toBuffer(),
    )
    const { path, probed, thumbnail } = await compressing.converter.prepareImage(file)
    assert.equal(probed.mimetype, 'image/jpeg')
    for (const value of await pixelAt(path, 100, 90)) assert.ok(value > 245)
    for (const value of await pixelAt(thumbnail!.jpeg, 50, 45)) assert.ok(value > 245)
  })

  it('does not make a small picture larger', async () => {
    const file = await compressing.file(await (await picture({ width: 300, height: 200 })).jpeg().toBuffer())
    const { probed } = await compressing.converter.prepareImage(file)
    assert.deepEqual([probed.width, probed.height], [300, 200])
  })

  it('turns WebP into PNG when the setting says so, and keeps it otherwise', async () => {
    const webp = await (await picture({ width: 120, height: 80, alpha: true })).webp({ lossless: true }).toBuffer()
    const { path, probed } = await compressing.converter.prepareImage(await compressing.file(webp))
    assert.equal(probed.mimetype, 'image/png')
    assert.equal((await sharp(path).metadata()).format, 'png')
    assert.equal((await pixelAt(path, 60, 70))[3], 0)
    const file = await plain.file(webp)
    const kept = await plain.converter.prepareImage(file)
    assert.deepEqual([kept.path, kept.probed.mimetype], [file, 'image/webp'])
  })

  it('leaves bytes alone without compression, unless they are turned, tell of the place or are too large', async () => {
    const clean = await plain.file(await (await picture({ width: 1600, height: 900 })).jpeg().toBuffer())
    assert.equal((await plain.converter.prepareImage(clean)).path, clean)
    const turned = await plain.file(await photo({ width: 300, height: 200 }))
    const { path, probed } = await plain.converter.prepareImage(turned)
    assert.notEqual(path, turned)
    assert.deepEqual([probed.width, probed.height], [200, 300])
    assert.equal((await readFile(path)).includes('Phone'), false)
    const large = await plain.file(await (await picture({ width: 500, height: 2000 })).png().toBuffer())
    const smaller = await plain.converter.prepareImage(large)
    assert.deepEqual([smaller.probed.mimetype, smaller.probed.width, smaller.probed.height], ['image/png', 400, 1600])
    assert.equal((await plain.converter.prepareImage(clean, { compress: true })).probed.width, 1024)
  })

  it('refuses what is cut off, also where its bytes would be left alone', async () => {
    const whole = await (await picture({ width: 900, height: 600 })).jpeg().toBuffer()
    for (const { converter, file } of [compressing, plain]) {
      const cut = await file(whole.subarray(0, whole.length * 0.6))
      await assert.rejects(converter.prepareImage(cut), { code: 'media_unreadable' })
    }
  })

  it('refuses a header with more pixels than may be decoded, and decodes nothing', async () => {
    const bomb = await (await picture({ width: 10, height: 10 })).png().toBuffer()
    bomb.writeUInt32BE(60_000, 16)
    bomb.writeUInt32BE(60_000, 20)
    // The checksum of the header has to fit, or nobody reads it.
    bomb.writeUInt32BE((await import('node:zlib')).crc32(bomb.subarray(12, 29)), 29)
    await assert.rejects(compressing.converter.prepareImage(await compressing.file(bomb)), {
      code: 'media_too_large',
      details: { unit: 'pixels', limit: 50_000_000, found: 3_600_000_000 },
    })
  })

  it('refuses an animation, which would stand still, and what is no picture', async () => {
    const gif = await animation({ width: 30, height: 20, delays: [100, 100] }, 'gif')
    await assert.rejects(compressing.converter.prepareImage(await compressing.file(gif)), {
      code: 'media_kind_mismatch',
      message: /GIF video/,
    })
    await assert.rejects(compressing.converter.prepareImage(await compressing.file('%PDF-1.4 …')), {
      code: 'media_kind_mismatch',
    })
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'
    await assert.rejects(compressing.converter.prepareImage(await compressing.file(svg)), {
      code: 'media_kind_mismatch',
    })
  })

  it('leaves nothing in the spool when it fails', async () => {
    const spool = await withConverter()
    const whole = await (await picture({ width: 900, height: 600 })).png().toBuffer()
    await assert.rejects(spool.converter.prepareImage(await spool.file(whole.subarray(0, 1200))))
    assert.deepEqual(await spool.left(), [])
    await spool.end()
  })
})

describe('squarePhoto', () => {
  it('cuts the middle out of a picture, upright and without alpha', async () => {
    const file = await compressing.file(await photo({ width: 900, height: 500 }))
    const { jpeg, preview } = await compressing.converter.squarePhoto(file)
    for (const [made, edge] of [
      [jpeg, 640],
      [preview, 96],
    ] as const) {
      const { format, width, height } = await sharp(made).metadata()
      assert.deepEqual([format, width, height], ['jpeg', edge, edge])
    }
    assert.ok((await pixelAt(jpeg, 320, 20))[0]! > 180)
  })
})
