import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { AnyMessageContent, proto } from 'baileys-stock'
import { sampleMedia } from '../phone/media/sample-media.ts'
import type { Phone } from '../phone/phone.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'
import { download, downloadAgain, downloadPart, sendWith, shown } from './testing/message-steps.ts'

interface Boom {
  output: { statusCode: number }
}

const thumbnail = Buffer.from(sampleMedia('image').data)
const tiny = Buffer.from(sampleMedia('image').data)

describe('media, with a stock client', () => {
  const stage = conformanceWorld(31)
  let ana: Linked
  let ben: Phone

  before(async () => {
    ;[ana, ben] = await stage.two()
  })
  after(() => stage.end())

  /** What Ben's phone shows of a message of Ana's client. */
  const atBen = async (content: AnyMessageContent) => {
    const sent = await sendWith(ana.client, ben.lid, content)
    return ben.until.message(({ id }) => id === sent.key.id)
  }

  it('is sent by a client, and the phones of both sides open and check it', async () => {
    const file = randomBytes(100_000)
    const entry = await atBen({ image: file, caption: 'the sea', jpegThumbnail: thumbnail.toString('base64') })
    assert.deepEqual([entry.kind, entry.text, entry.media], ['image', 'the sea', 'here'])
    assert.deepEqual(ben.media.bytes(entry.id), new Uint8Array(file))
    assert.equal(entry.details?.['bytes'], file.length)
    await ana.phone.until.message(({ id }) => id === entry.id)
    assert.deepEqual(ana.phone.media.bytes(entry.id), new Uint8Array(file))
  })

  const fromClient: [kind: string, content: (file: Buffer) => AnyMessageContent, type: string][] = [
    ['video', (video) => ({ video, caption: 'waves', seconds: 3, jpegThumbnail: '' }), 'video/mp4'],
    ['gif', (video) => ({ video, gifPlayback: true, jpegThumbnail: '' }), 'video/mp4'],
    ['video_note', (video) => ({ video, ptv: true, jpegThumbnail: '' }), 'video/mp4'],
    ['audio', (audio) => ({ audio, mimetype: 'audio/mp4', seconds: 4 }), 'audio/mp4'],
    ['voice', (audio) => ({ audio, ptt: true, seconds: 5, waveform: new Uint8Array(64) }), 'audio/ogg; codecs=opus'],
    [
      'document',
      (document) => ({ document, mimetype: 'text/plain', fileName: 'a.txt', caption: 'read' }),
      'text/plain',
    ],
    ['sticker', (sticker) => ({ sticker }), 'image/webp'],
  ]
  for (const [kind, content, mimetype] of fromClient) {
    it(`is a ${kind} when a client sends one`, async () => {
      const file = randomBytes(5000)
      const entry = await atBen(content(file))
      assert.deepEqual([entry.kind, entry.media, entry.details?.['mimetype']], [kind, 'here', mimetype])
      assert.deepEqual(ben.media.bytes(entry.id), new Uint8Array(file))
    })
  }

  it('is shown by a client when a phone sends it, every kind, with samples that are what they say', async () => {
    const kinds = ['image', 'video', 'gif', 'video_note', 'voice', 'audio', 'document', 'sticker'] as const
    const fields: Record<(typeof kinds)[number], keyof proto.IMessage> = {
      ...{ image: 'imageMessage', video: 'videoMessage', gif: 'videoMessage', video_note: 'ptvMessage' },
      ...{ voice: 'audioMessage', audio: 'audioMessage', document: 'documentMessage', sticker: 'stickerMessage' },
    }
    for (const kind of kinds) {
      const caption = kind === 'document' ? { caption: 'look', file_name: 'a.pdf' } : {}
      const sent = await ben.send(ana.phone.jid, { [kind]: caption })
      assert.deepEqual([sent.status, sent.kind, sent.media], ['sent', kind, 'here'])
      const { whole, inner } = await shown(ana.client, sent.id)
      assert.ok(inner[fields[kind]], kind)
      assert.equal(inner.videoMessage?.gifPlayback ?? false, kind === 'gif')
      assert.equal(inner.audioMessage?.ptt ?? false, kind === 'voice')
      // The library names the keys of a round video after its field, which it has no word for.
      if (kind !== 'video_note') assert.deepEqual(await download(ana.client, whole), ben.media.bytes(sent.id), kind)
    }
  })

  it('carries what a phone says of it', async () => {
    const image = { data: tiny, caption: 'a dot', width: 1, height: 1, thumbnail, mimetype: 'image/png' }
    const sent = await ben.send(ana.phone.jid, { image })
    const { inner } = await shown(ana.client, sent.id)
    const { caption, width, height, mimetype, jpegThumbnail } = inner.imageMessage!
    assert.deepEqual([caption, width, height, mimetype], ['a dot', 1, 1, 'image/png'])
    assert.deepEqual(Buffer.from(jpegThumbnail!), thumbnail)
  })

  it('is read from the middle by a client that seeks', async () => {
    const data = randomBytes(50_000)
    const sent = await ben.send(ana.phone.jid, { document: { data } })
    const { inner } = await shown(ana.client, sent.id)
    const range = { startByte: 20_000, endByte: 20_100 }
    const part = await downloadPart(ana.client, inner.documentMessage!, 'document', range)
    assert.deepEqual(part, new Uint8Array(data.subarray(20_000, 20_100)))
  })

  it('is stored again by the phone when its link has ended', async () => {
    const data = randomBytes(3000)
    const sent = await ben.send(ana.phone.jid, { video: { data } })
    const { whole } = await shown(ana.client, sent.id)
    await ana.phone.until.message(({ id }) => id === sent.id)
    const before = whole.message?.videoMessage?.directPath
    ben.media.expire(sent.id)
    await assert.rejects(download(ana.client, whole), (error: Boom) => error.output.statusCode === 410)
    assert.deepEqual(await downloadAgain(ana.client, whole), new Uint8Array(data))
    assert.notEqual(whole.message?.videoMessage?.directPath, before)
    await ana.client.until('messages.media-update', ([update]) => update?.key.id === sent.id)
  })

  it('is stored again by the phone for its own client that sent it', async () => {
    const entry = await atBen({ document: randomBytes(900), mimetype: 'text/plain', fileName: 'x' })
    await ana.phone.until.message(({ id }) => id === entry.id)
    ana.phone.media.expire(entry.id, 404)
    const own = await shown(ana.client, entry.id)
    assert.deepEqual(await downloadAgain(ana.client, own.whole), ben.media.bytes(entry.id))
  })

  it('stays gone when the phone has it no longer', async () => {
    const sent = await ben.send(ana.phone.jid, { image: {} })
    const { whole } = await shown(ana.client, sent.id)
    await ana.phone.until.message(({ id }) => id === sent.id)
    ana.phone.media.delete(sent.id)
    ben.media.expire(sent.id)
    await assert.rejects(downloadAgain(ana.client, whole), (error: Boom) => error.output.statusCode === 404)
  })

  it('goes from one client to another, and is shown by the own clients of whoever sends it', async () => {
    const eva = await stage.linked('Eva')
    const file = randomBytes(4000)
    const sent = await sendWith(ana.client, eva.phone.lid, {
      document: file,
      mimetype: 'text/plain',
      fileName: 'e.txt',
    })
    const { whole } = await shown(eva.client, sent.key.id!)
    assert.deepEqual(await download(eva.client, whole), new Uint8Array(file))
    const fromPhone = await eva.phone.send(ana.phone.jid, { image: { data: file } })
    const own = await shown(eva.client, fromPhone.id)
    assert.equal(own.whole.key.fromMe, true)
    assert.deepEqual(await download(eva.client, own.whole), new Uint8Array(file))
    const other = await shown(ana.client, fromPhone.id)
    assert.deepEqual(await download(ana.client, other.whole), new Uint8Array(file))
  })

  it('waits for a client that is away, and outlives its own link until then', async () => {
    const data = randomBytes(1200)
    await ana.client.close()
    const sent = await ben.send(ana.phone.jid, { audio: { data } })
    await ana.phone.until.message(({ id }) => id === sent.id)
    ben.media.expire(sent.id)
    await ana.client.connect()
    const { whole } = await shown(ana.client, sent.id)
    assert.deepEqual(await downloadAgain(ana.client, whole), new Uint8Array(data))
  })

  it('travels in groups, from clients and from phones', async () => {
    const { id: group } = await ana.client.socket.groupCreate('Pictures', [ben.lid])
    await ben.groups.of(group).until.change('create')
    const file = randomBytes(2000)
    const fromAna = await sendWith(ana.client, group, { image: file, jpegThumbnail: '' })
    const entry = await ben.until.message(({ id }) => id === fromAna.key.id)
    assert.deepEqual([entry.kind, entry.chat], ['image', group])
    assert.deepEqual(ben.media.bytes(entry.id), new Uint8Array(file))
    const fromBen = await ben.send(group, { voice: { seconds: 2 } })
    const { whole } = await shown(ana.client, fromBen.id)
    assert.deepEqual(await download(ana.client, whole), ben.media.bytes(fromBen.id))
  })

  it('is played by a phone, and its author hears of it, alone and in groups', async () => {
    const sent = await sendWith(ana.client, ben.lid, { audio: Buffer.from('a voice'), ptt: true, seconds: 1 })
    await ben.until.message(({ id }) => id === sent.key.id)
    await ben.play(ana.phone.jid, [sent.key.id!])
    await ana.client.untilStatus(sent.key.id!, 5)
    await ana.phone.until.receipt({ id: sent.key.id!, type: 'played' })
    const { id: group } = await ana.client.socket.groupCreate('Listening', [ben.lid])
    await ben.groups.of(group).until.change('create')
    const told = await sendWith(ana.client, group, { audio: Buffer.from('a voice'), ptt: true, seconds: 1 })
    await ben.until.message(({ id }) => id === told.key.id)
    await ben.playByIds([told.key.id!])
    await ana.phone.until.receipt({ id: told.key.id!, type: 'played' })
    const text = await ana.phone.send(ben.jid, { text: 'nothing to hear' })
    await ben.until.message(({ id }) => id === text.id)
    await assert.rejects(ben.playByIds([text.id]), /nothing to play/)
  })

  it('leaves nothing unanswered', () => stage.assertClean())
})

describe('media that is not what its message says', () => {
  const stage = conformanceWorld(32)
  after(() => stage.end())

  it('is a violation of whoever sent it', async () => {
    const [ana, ben] = [await stage.phone('Ana'), await stage.phone('Ben')]
    const good = await ana.send(ben.jid, { image: { data: randomBytes(100) } })
    const { imageMessage } = good.message
    const forged = [
      { ...imageMessage, fileSha256: randomBytes(32) },
      { ...imageMessage, fileEncSha256: randomBytes(32) },
      { ...imageMessage, mediaKey: randomBytes(32) },
      { ...imageMessage, fileLength: 7 },
    ]
    for (const one of forged) await ana.sendMessage(ben.account, { imageMessage: one })
    await ana.sendMessage(ben.account, { documentMessage: { ...imageMessage } })
    await ben.until.message((entry) => entry.kind === 'document')
    const reasons = ben.violations.map(({ rule, detail }) =>
      [rule, detail.split(' ')[0], detail.split(' ')[1]].join(' '),
    )
    assert.deepEqual(reasons, [
      'media fileSha256 is',
      'media fileEncSha256 is',
      'media the MAC',
      'media fileLength says',
      'media the MAC',
    ])
    const preview = { url: 'https://e.com', title: 'E', image: randomBytes(90) }
    const text = (await ana.send(ben.jid, { text: 'https://e.com', preview })).message.extendedTextMessage
    const flawed = { ...text, thumbnailSha256: randomBytes(32) }
    const { id: link } = await ana.sendMessage(ben.account, { extendedTextMessage: flawed })
    await ben.until.message(({ id }) => id === link)
    assert.match(ben.violations.at(-1)?.detail ?? '', new RegExp(`^fileSha256 .* ${link}`))
    const gone = { ...imageMessage, directPath: '/v/image/00.enc?oh=0', url: '' }
    const sent = await ana.sendMessage(ben.account, { imageMessage: gone })
    const entry = await ben.until.message(({ id }) => id === sent.id)
    assert.equal(entry.media, 'missing')
    assert.throws(() => ben.media.bytes(sent.id), /missing/)
  })
})
