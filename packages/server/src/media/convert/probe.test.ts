import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, describe, it } from 'node:test'
import { animation, pdf, photo, picture, withConverter, zip } from './testing/samples.ts'
import { film, opusPackets, recording } from './testing/sound.ts'

const { converter, file, end } = await withConverter()

after(end)

const typeOf = async (bytes: Uint8Array | string, fileName?: string): Promise<string> =>
  (await converter.probe(await file(bytes), fileName)).mimetype

const ooxml = 'application/vnd.openxmlformats-officedocument'

describe('probe', () => {
  it('tells pictures by their bytes, with the size that a person sees', async () => {
    assert.deepEqual(await converter.probe(await file(await photo({ width: 60, height: 40 })), 'x.pdf'), {
      mimetype: 'image/jpeg',
      kind: 'image',
      extension: 'jpg',
      width: 40,
      height: 60,
    })
    const gif = await animation({ width: 30, height: 20, delays: [100, 200, 300] }, 'gif')
    assert.deepEqual(await converter.probe(await file(gif)), {
      mimetype: 'image/gif',
      kind: 'image',
      extension: 'gif',
      width: 30,
      height: 20,
      animated: true,
    })
    assert.equal(await typeOf(await (await picture({ width: 4, height: 4 })).webp().toBuffer()), 'image/webp')
  })

  it('names a picture that is cut off, without its size', async () => {
    const png = await (await picture({ width: 40, height: 40 })).png().toBuffer()
    assert.deepEqual(await converter.probe(await file(png.subarray(0, 20))), {
      mimetype: 'image/png',
      kind: 'image',
      extension: 'png',
    })
  })

  it('names pictures that nothing here decodes', async () => {
    const ftyp = (brand: string) =>
      Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from(`ftyp${brand}\0\0\0\0mif1miaf`)])
    assert.equal(await typeOf(ftyp('heic')), 'image/heic')
    assert.equal(await typeOf(ftyp('avif')), 'image/avif')
    assert.equal(await typeOf(Buffer.from('ff0a7f', 'hex')), 'image/jxl')
  })

  it('tells office documents from other archives by what is in them, or by their name', async () => {
    const docx = zip({ '[Content_Types].xml': '<Types/>', 'word/document.xml': '<document/>' })
    assert.equal(await typeOf(docx), `${ooxml}.wordprocessingml.document`)
    assert.equal(await typeOf(zip({ 'a.txt': 'a' }), 'Número "a;b" №5.docx'), `${ooxml}.wordprocessingml.document`)
    assert.equal(await typeOf(zip({ 'a.txt': 'a' }), 'Tabelle.XLSX'), `${ooxml}.spreadsheetml.sheet`)
    assert.equal(await typeOf(zip({ 'a.txt': 'a' }), 'a.pdf'), 'application/zip')
  })

  it('tells old office documents by their directory', async () => {
    const old = Buffer.alloc(1536)
    Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(old)
    old.writeUInt16LE(9, 30)
    old.writeUInt32LE(1, 48)
    old.write('WordDocument', 1024, 'utf16le')
    assert.equal(await typeOf(old), 'application/msword')
  })

  it('tells text from bytes, and kinds of text by their name', async () => {
    assert.equal(await typeOf('Grüße, 你好\n'), 'text/plain')
    assert.equal(await typeOf('a;b\n1;2\n', 'table.csv'), 'text/csv')
    assert.equal(await typeOf('{"a":1}', 'a.json'), 'application/json')
    assert.equal(await typeOf('plain words', 'a.docx'), 'text/plain')
    // The sample ends within a character.
    assert.equal(await typeOf(`a${'é'.repeat(40_000)}`), 'text/plain')
  })

  it('takes nobody’s word: unknown bytes are application/octet-stream', async () => {
    const noise = Buffer.concat([Buffer.from([0, 1, 2, 3]), randomBytes(4000)])
    for (const name of ['a.pdf', 'a.docx', 'a.mp3', undefined])
      assert.equal(await typeOf(noise, name), 'application/octet-stream')
    // Begins as sound of MPEG does, and is none.
    assert.equal(
      await typeOf(Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), randomBytes(60)])),
      'application/octet-stream',
    )
    await assert.rejects(converter.probe(await file('')), { code: 'media_unreadable' })
  })

  it('calls a PDF a PDF', async () => {
    assert.equal(await typeOf(pdf(1), 'a.txt'), 'application/pdf')
  })

  it('calls a browser’s recording audio, and counts its length, which its header does not tell', async () => {
    assert.deepEqual(await converter.probe(await file(await recording(opusPackets(3), 'webm'))), {
      mimetype: 'audio/webm',
      kind: 'audio',
      extension: 'webm',
      seconds: 3,
      codec: 'opus',
    })
  })

  it('tells how long a recording is, rounded up', async () => {
    const { mimetype, seconds } = await converter.probe(await file(await recording(opusPackets(2.2), 'ogg')))
    assert.deepEqual([mimetype, seconds], ['audio/ogg; codecs=opus', 3])
  })

  it('tells what a film shows and whether it has sound', async () => {
    assert.deepEqual(await converter.probe(await file(await film({ width: 320, height: 180, seconds: 2 }))), {
      mimetype: 'video/webm',
      kind: 'video',
      extension: 'webm',
      width: 320,
      height: 180,
      seconds: 2,
      codec: 'vp8',
      hasAudio: false,
    })
  })
})

describe('prepareDocument', () => {
  it('counts the pages of a PDF and shows the first', async () => {
    const place = await file(pdf(3))
    const { path, probed, thumbnail } = await converter.prepareDocument(place, 'Rechnung.pdf')
    assert.equal(path, place)
    assert.deepEqual(probed, { mimetype: 'application/pdf', kind: 'document', extension: 'pdf', pages: 3 })
    assert.deepEqual([thumbnail?.width, thumbnail?.height], [50, 100])
    const { default: sharp } = await import('sharp')
    const pixels = await sharp(thumbnail!.jpeg).greyscale().raw().toBuffer()
    // White on top, black where the square is.
    assert.ok(pixels[10 * 50 + 25]! > 240)
    assert.ok(pixels[75 * 50 + 25]! < 20)
  })

  it('takes a broken PDF and a broken picture as they are', async () => {
    const broken = await file('%PDF-1.7\nnothing')
    assert.deepEqual(await converter.prepareDocument(broken), {
      path: broken,
      probed: { mimetype: 'application/pdf', kind: 'document', extension: 'pdf' },
    })
    const whole = await (await picture({ width: 900, height: 600 })).jpeg().toBuffer()
    const cut = await file(whole.subarray(0, whole.length / 2))
    const { path, thumbnail } = await converter.prepareDocument(cut)
    assert.deepEqual([path, thumbnail], [cut, undefined])
  })

  it('shows a photo upright', async () => {
    const { probed, thumbnail } = await converter.prepareDocument(await file(await photo({ width: 600, height: 400 })))
    assert.deepEqual([probed.width, probed.height], [400, 600])
    assert.deepEqual([thumbnail?.width, thumbnail?.height], [67, 100])
  })
})
