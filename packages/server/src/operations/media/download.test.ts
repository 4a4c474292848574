import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import sharp from 'sharp'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

const kinds = ['image', 'video', 'gif', 'video_note', 'voice', 'audio', 'document', 'sticker', 'sticker_pack'] as const

const hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

interface Shown {
  readonly message_id: string
  readonly type: string
  readonly media?: {
    readonly id: string
    readonly mimetype: string
    readonly size_bytes: number
    readonly sha256: string
    readonly state: string
    readonly reason?: string
    readonly url: string
    readonly url_expires_at: string
  }
}

describe('media.download', () => {
  let gateway: TestGateway
  let owner: TestDevice & { readonly phone: Phone }
  let bob: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    owner = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
  })
  after(() => gateway.stop())

  /** The message as it is stored, when it has come. */
  const stored = (id: string, api = owner.api): Promise<Shown> =>
    until(`message ${id} is stored`, async () => {
      const answer = await api.call<Shown>('GET', `/messages/${id}`)
      return answer.status === 200 ? answer.body.data : undefined
    })

  /** The event of a kind about a message. */
  const told = (id: string, type: string) =>
    until(`${type} of ${id}`, async () => {
      const page = await owner.api.get<{
        events: { event_type: string; data: { message_id: string; media?: Shown['media'] } }[]
      }>(`/events?types=${type}&limit=200`)
      return page.events.find(({ data }) => data.message_id === id)
    })

  const download = async (path: string, headers: Record<string, string> = {}, device: TestDevice = owner) => {
    const response = await fetch(`${device.api.url}${path}`, { headers: { ...device.api.headers, ...headers } })
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) }
  }
  const file = (id: string, headers: Record<string, string> = {}) => download(`/messages/${id}/media`, headers)

  it('hands out every kind of file that a person sends, alone and in a group of LIDs, from contacts and from the own phone', async () => {
    const group = await bob.groups.create({ subject: 'Team', participants: [owner.phone.id], addressing: 'lid' })
    for (const [sender, chat] of [
      [bob, owner.phone.id],
      [bob, group.jid],
      [owner.phone, bob.id],
      [owner.phone, group.jid],
    ] as const) {
      for (const kind of kinds) {
        const data = randomBytes(5_000)
        const { id } = await sender.send(chat, { [kind]: { data } })
        const { media, type } = await stored(id)
        const what = `${kind} of ${sender === bob ? 'a contact' : 'the own phone'}`
        assert.ok(media, what)
        assert.deepEqual([media.size_bytes, media.sha256, media.state], [data.length, hex(data), 'remote'], what)
        const event = await told(id, 'message.received')
        assert.deepEqual(
          [event.data.media?.id, event.data.media?.sha256, event.data.media?.state],
          [media.id, hex(data), 'remote'],
          what,
        )
        const got = await file(id)
        assert.equal(got.status, 200, got.bytes.toString().slice(0, 300))
        assert.ok(got.bytes.equals(data), what)
        assert.equal(got.headers.get('etag'), `"${hex(data)}"`)
        assert.equal(got.headers.get('content-length'), String(data.length))
        await until(`${what}, ${type}, is stored`, async () => (await stored(id)).media?.state === 'stored')
        assert.equal((await told(id, 'media.downloaded')).data.media?.state, 'stored')
        const again = await file(id)
        assert.ok(again.bytes.equals(data), `${what}, from here`)
        const link = await fetch(new URL(event.data.media!.url, owner.api.url))
        assert.ok(Buffer.from(await link.arrayBuffer()).equals(data), `${what}, by the link of its event`)
      }
    }
  })

  it('hands out the small picture of a file, as the message has it', async () => {
    const jpeg = await sharp({ create: { width: 20, height: 10, channels: 3, background: '#336699' } })
      .jpeg()
      .toBuffer()
    const { message_id: id } = await owner.api.post<{ message_id: string }>(`/chats/${bob.id}/images`, {
      base64: jpeg.toString('base64'),
    })
    const { status, headers, bytes } = await download(`/messages/${id}/thumbnail`)
    assert.deepEqual([status, headers.get('content-type')], [200, 'image/jpeg'])
    const seen = (await bob.until.message((message) => message.id === id)).message.imageMessage
    assert.ok(bytes.length > 0 && bytes.equals(Buffer.from(seen!.jpegThumbnail!)))
  })

  it('tells what is in a pack of stickers, and hands out its archive and its tray picture', async () => {
    const group = await bob.groups.create({ subject: 'Stickers', participants: [owner.phone.id], addressing: 'lid' })
    const [data, tray] = [randomBytes(9_000), randomBytes(700)]
    const stickers = [{ file_name: 'one.webp', emojis: ['🎉', '😀'], animated: true }, { file_name: 'two.webp' }]
    for (const [sender, chat] of [[bob, group.jid] as const, [owner.phone, bob.id] as const]) {
      const pack = { name: 'Cats', publisher: 'Bob', description: 'All of them', data, tray, stickers }
      const { id } = await sender.send(chat, { sticker_pack: pack })
      const shown = (await stored(id)) as Shown & { text: string; sticker_pack: object }
      const facts = {
        ...{ id: 'pack', name: 'Cats', publisher: 'Bob', description: 'All of them' },
        stickers: [{ file_name: 'one.webp', emojis: ['🎉', '😀'], animated: true }, { file_name: 'two.webp' }],
      }
      assert.deepEqual([shown.type, shown.text, shown.sticker_pack], ['sticker_pack', 'Cats', facts])
      const { data: event } = await told(id, 'message.received')
      assert.deepEqual((event as { sticker_pack?: object }).sticker_pack, facts)
      const got = await file(id)
      assert.deepEqual(
        [got.status, got.headers.get('content-type'), hex(got.bytes)],
        [200, 'application/zip', hex(data)],
      )
      const picture = await download(`/messages/${id}/thumbnail`)
      assert.deepEqual([picture.status, hex(picture.bytes)], [200, hex(tray)])
    }
  })

  it('hands out what was sent through the API, which message.sent tells with its file', async () => {
    const group = await bob.groups.create({ subject: 'Shop', participants: [owner.phone.id], addressing: 'lid' })
    for (const chat of [bob.id, group.jid]) {
      const data = randomBytes(6_000)
      const { message_id: id } = await owner.api.post<{ message_id: string }>(`/chats/${chat}/documents`, {
        base64: data.toString('base64'),
        filename: 'offer.bin',
      })
      const { data: event } = await told(id, 'message.sent')
      assert.deepEqual([event.media?.sha256, event.media?.size_bytes], [hex(data), data.length])
      const link = await fetch(new URL(event.media!.url, owner.api.url))
      assert.ok(Buffer.from(await link.arrayBuffer()).equals(data), 'by the link of its event')
      assert.equal((await stored(id)).media?.id, event.media?.id)
      assert.ok((await file(id)).bytes.equals(data))
      assert.ok(Buffer.from(bob.media.bytes(id)).equals(data), 'as the phone has it')
    }
  })

  it('hands out what channels post, which is not encrypted', async () => {
    await bob.channels.acceptTerms()
    const channel = await bob.channels.create({ name: 'News' })
    await owner.phone.channels.of(channel.jid).follow()
    const data = randomBytes(3_000)
    const { id } = await bob.channels.of(channel.jid).post({ image: { data } })
    await stored(id)
    assert.ok((await file(id)).bytes.equals(data))
  })

  it('hands out the same file twice when it was sent twice', async () => {
    const data = randomBytes(2_000)
    const ids = [
      await bob.send(owner.phone.id, { document: { data } }),
      await bob.send(owner.phone.id, { document: { data } }),
    ]
    for (const { id } of ids) {
      await stored(id)
      assert.ok((await file(id)).bytes.equals(data))
    }
  })

  it('names the file in UTF-8 and without other letters, as an attachment that no page runs', async () => {
    const name = 'Überweisung „März“ 100%.pdf'
    const { id } = await bob.send(owner.phone.id, {
      document: { data: randomBytes(10), file_name: `../../etc/${name}`, mimetype: 'text/html' },
    })
    await stored(id)
    const { headers } = await file(id)
    const said = headers.get('content-disposition') ?? ''
    assert.match(said, /^attachment; filename="Uberweisung _Marz_ 100_\.pdf"; filename\*=UTF-8''/)
    assert.equal(decodeURIComponent(said.replace(/.*UTF-8''/, '')), name)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.match(headers.get('content-security-policy') ?? '', /sandbox/)
    assert.equal(headers.get('content-type'), 'text/html')
  })

  it('sends the rest of a file from any place, so that a browser can seek, and stores it for that', async () => {
    const data = randomBytes(150_000)
    const { id } = await bob.send(owner.phone.id, { voice: { data } })
    await stored(id)
    const part = async (range: string) => {
      const { status, headers, bytes } = await file(id, { range })
      return { status, range: headers.get('content-range'), bytes }
    }
    const rest = await part('bytes=100-')
    assert.deepEqual([rest.status, rest.range], [206, `bytes 100-${data.length - 1}/${data.length}`])
    assert.ok(rest.bytes.equals(data.subarray(100)))
    assert.equal((await stored(id)).media?.state, 'stored')
    const middle = await part('bytes=65530-65545')
    assert.ok(middle.status === 206 && middle.bytes.equals(data.subarray(65_530, 65_546)))
    const last = await part('bytes=-5')
    assert.ok(last.status === 206 && last.bytes.equals(data.subarray(-5)))
    const beyond = await part('bytes=149000-999999999')
    assert.ok(beyond.status === 206 && beyond.bytes.equals(data.subarray(149_000)))
    for (const whole of ['bytes=5-1', 'bytes=0-1,5-6', 'lines=1-2', 'bytes=-']) {
      const answer = await part(whole)
      assert.ok(answer.status === 200 && answer.bytes.equals(data), whole)
    }
    const outside = await file(id, { range: 'bytes=150000-' })
    assert.deepEqual([outside.status, outside.headers.get('content-range')], [416, 'bytes */150000'])
    const etag = `"${hex(data)}"`
    assert.equal((await file(id, { 'if-none-match': etag })).status, 304)
    assert.equal((await file(id, { range: 'bytes=0-0', 'if-range': etag })).status, 206)
    assert.equal((await file(id, { range: 'bytes=0-0', 'if-range': '"other"' })).status, 200)
  })

  it('tells the length of a file to HEAD without sending it', async () => {
    const data = randomBytes(4_000)
    const { id } = await bob.send(owner.phone.id, { image: { data } })
    await stored(id)
    const answer = await fetch(`${owner.api.url}/messages/${id}/media`, { method: 'HEAD', headers: owner.api.headers })
    assert.deepEqual([answer.status, answer.headers.get('content-length')], [200, '4000'])
    assert.equal((await stored(id)).media?.state, 'remote')
  })

  it('breaks an answer off that turns out to be another file, and says so before it when the file is small', async () => {
    const spoil = async (bytes: number) => {
      const { id } = await bob.send(owner.phone.id, { document: { data: randomBytes(bytes) } })
      await stored(id)
      const { files } = gateway.sandbox!.world.media.snapshot()
      const sealed = files.at(-1)!
      sealed.bytes[sealed.bytes.length - 20]! ^= 1
      return id
    }
    const small = await spoil(3_000)
    await owner.api.refuses('media_flawed', 'GET', `/messages/${small}/media`)
    assert.deepEqual((({ state, reason }) => [state, reason])((await stored(small)).media!), ['failed', 'flawed'])
    const large = await spoil(3_000_000)
    await assert.rejects(file(large))
    assert.equal((await stored(large)).media?.state, 'failed')
  })

  it('refuses messages without a file, those of others, and those that were taken back', async () => {
    const text = await bob.send(owner.phone.id, { text: 'no file' })
    await stored(text.id)
    await owner.api.refuses('media_not_found', 'GET', `/messages/${text.id}/media`)
    await owner.api.refuses('message_not_found', 'GET', '/messages/3EB0NONE/media')
    const { id } = await bob.send(owner.phone.id, { image: {} })
    const { media } = await stored(id)
    const stranger = await gateway.createDevice()
    await stranger.api.refuses('message_not_found', 'GET', `/messages/${id}/media`)
    await bob.send(owner.phone.id, { revoke: { message: id } })
    await until(
      'it is taken back',
      async () => (await owner.api.get<{ deleted_at: string | null }>(`/messages/${id}`)).deleted_at !== null,
    )
    await owner.api.refuses('media_not_found', 'GET', `/messages/${id}/media`)
    const link = await fetch(media!.url)
    assert.equal(link.status, 404)
  })
})
