import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import sharp from 'sharp'
import { zip } from '../../media/convert/testing/samples.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

interface Answer<Data> {
  readonly status: number
  readonly data: Data
  readonly error_code: string | undefined
  readonly details: Readonly<Record<string, unknown>> | undefined
  readonly headers: Headers
}

interface Sent {
  readonly message_id: string
  readonly status: string
}

interface Uploaded {
  readonly media_id: string
  readonly mimetype: string
  readonly kind: string
  readonly size_bytes: number
  readonly sha256: string
  readonly width?: number
  readonly expires_at: string
}

const photo = (edge = 300): Promise<Buffer> =>
  sharp({ create: { width: edge, height: Math.round(edge / 2), channels: 3, background: '#336699' } })
    .jpeg()
    .toBuffer()

describe('sends of files', () => {
  let gateway: TestGateway
  let device: TestDevice & { readonly phone: Phone }
  let bob: Phone
  let group: string
  let elsewhere: Server
  /** What the server elsewhere answers with. */
  let answer: (path: string) => { status?: number; headers?: Record<string, string | number>; body?: Uint8Array }
  let origin: string

  before(async () => {
    gateway = await startTestGateway({ sandbox: true, environment: { WHATSAPP_MEDIA_IMAGE_COMPRESSION: 'false' } })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    group = (await bob.groups.create({ subject: 'Team', participants: [device.phone.id] })).jid
    elsewhere = createServer((request, response) => {
      const { status = 200, headers = {}, body } = answer(request.url ?? '')
      response.writeHead(status, headers)
      response.end(body)
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => elsewhere.once('listening', resolve))
    origin = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
  })
  after(async () => {
    elsewhere.close()
    await gateway.stop()
  })

  const call = async <Data = Sent>(
    route: string,
    body: FormData | object,
    headers: Record<string, string> = {},
    sender: TestDevice = device,
  ): Promise<Answer<Data>> => {
    const json = !(body instanceof FormData)
    const response = await fetch(`${gateway.api.url}${route}`, {
      method: 'POST',
      headers: { ...sender.api.headers, ...(json && { 'content-type': 'application/json' }), ...headers },
      body: json ? JSON.stringify(body) : body,
    })
    const answered = (await response.json()) as object
    return { ...answered, status: response.status, headers: response.headers } as unknown as Answer<Data>
  }

  const formWith = (
    bytes: Uint8Array,
    name: string,
    type = 'application/octet-stream',
    fields: Record<string, string> = {},
  ) => {
    const form = new FormData()
    for (const [field, value] of Object.entries(fields)) form.append(field, value)
    form.append('file', new Blob([new Uint8Array(bytes)], { type }), name)
    return form
  }

  const shown = async (id: string) => {
    const message = await bob.until.message((each) => each.id === id)
    assert.equal(message.media, 'here')
    return { message, bytes: Buffer.from(bob.media.bytes(id)), inner: message.message }
  }

  const filesLeft = async () => [
    ...(await readdir(path.join(gateway.dataDir, 'spool'))),
    ...(await readdir(path.join(gateway.dataDir, 'outgoing'))),
  ]
  /** Files of POST /media, and what was made of them. */
  let kept: string[] = []
  const nothingLeft = () =>
    until('no file is left', async () => (await filesLeft()).every((name) => kept.includes(name)), 10_000)

  it('bring a document to the phone under its name, with the type that its bytes and name have', async () => {
    const name = 'Número "a;b" №5.docx'
    const bytes = zip({ '[Content_Types].xml': '<Types/>', 'word/document.xml': `<w:document/>${'x'.repeat(200_000)}` })
    for (const chat of [bob.id, group]) {
      const { status, data } = await call(
        `/chats/${chat}/documents`,
        formWith(bytes, name, undefined, { caption: 'read' }),
      )
      assert.deepEqual([status, data.status], [200, 'sent'])
      const { message, bytes: got } = await shown(data.message_id)
      assert.deepEqual(got, bytes)
      assert.deepEqual([message.text, message.details?.['file_name']], ['read', name])
      assert.equal(
        bob.media.mimetype(data.message_id),
        'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      )
      const stored = await device.api.get<{ media: Record<string, unknown>; text: string; type: string }>(
        `/messages/${data.message_id}`,
      )
      assert.deepEqual([stored.type, stored.text, stored.media['file_name']], ['document', 'read', name])
      assert.deepEqual([stored.media['sha256'], stored.media['size']], [sha256(bytes), bytes.length])
    }
    await nothingLeft()
  })

  it('call a document as its sender wishes, without folders, and never "file" or PDF for no reason', async () => {
    const text = Buffer.from('just words\n')
    const send = async (body: FormData | object) => {
      const { data } = await call(`/chats/${bob.id}/documents`, body)
      const { message } = await shown(data.message_id)
      return [message.details?.['file_name'], bob.media.mimetype(data.message_id)]
    }
    assert.deepEqual(await send(formWith(text, 'a.txt', 'application/pdf', { filename: '../../b c.txt' })), [
      'b c.txt',
      'text/plain',
    ])
    const [name, type] = await send({ base64: randomBytes(100).toString('base64') })
    assert.notEqual(name, 'file')
    assert.deepEqual([/^document\.\w+$/.test(String(name)), type], [true, 'application/octet-stream'])
  })

  it('bring an image with caption, quote, mentions and size, to a person and to a group', async () => {
    const image = await photo()
    const asked = await bob.send(group, { text: 'what does it look like?' })
    await until('the question is stored', async () => {
      return (await device.api.call('GET', `/messages/${asked.id}`)).status === 200
    })
    const fields = { caption: 'like @this', mentions: bob.id, reply_to_message_id: asked.id }
    const { data, ...rest } = await call(`/chats/${group}/images`, formWith(image, 'x.bin', 'text/html', fields))
    assert.equal(rest.status, 200, JSON.stringify(rest))
    const { message, bytes, inner } = await shown(data.message_id)
    assert.deepEqual(bytes, image)
    assert.deepEqual([message.kind, message.text, message.quotedId], ['image', 'like @this', asked.id])
    assert.deepEqual(message.mentions, [bob.lid])
    const { imageMessage } = inner
    assert.deepEqual([imageMessage?.width, imageMessage?.height, imageMessage?.mimetype], [300, 150, 'image/jpeg'])
    const thumbnail = await sharp(imageMessage?.jpegThumbnail).metadata()
    assert.deepEqual([thumbnail.format, thumbnail.width], ['jpeg', 100])
    const once = await call(`/chats/${bob.id}/images`, { base64: image.toString('base64'), view_once: true })
    assert.equal((await shown(once.data.message_id)).message.viewOnce, true)
    await nothingLeft()
  })

  it('upload a file of POST /media once, however often it is sent', async () => {
    const bytes = randomBytes(50_000)
    const up = await call<Uploaded>('/media', formWith(bytes, 'plan.bin'))
    assert.equal(up.status, 201)
    assert.deepEqual([up.data.sha256, up.data.size_bytes, up.data.kind], [sha256(bytes), bytes.length, 'document'])
    assert.ok(Date.parse(up.data.expires_at) > Date.now())
    const uploads = () => gateway.sandbox!.world.media.snapshot().files.length
    const before = uploads()
    const all = await Promise.all(
      [1, 2, 3].map((n) => call(`/chats/${bob.id}/documents`, { media_id: up.data.media_id, caption: `copy ${n}` })),
    )
    const later = await call(`/chats/${group}/documents`, { media_id: up.data.media_id, filename: 'other.bin' })
    for (const { data } of [...all, later]) assert.deepEqual((await shown(data.message_id)).bytes, bytes)
    assert.equal((await shown(later.data.message_id)).message.details?.['file_name'], 'other.bin')
    assert.equal(uploads() - before, 1)
    const one = uploads()
    const again = await call(`/chats/${bob.id}/documents`, { media_id: up.data.media_id })
    assert.deepEqual((await shown(again.data.message_id)).bytes, bytes)
    assert.equal(uploads(), one)
    kept = await filesLeft()
    assert.equal(kept.length, 2)
  })

  it('send the file of a message again without moving a byte, from whomever it came', async () => {
    const image = await photo(120)
    const came = await bob.send(device.phone.id, { image: { data: image, caption: 'mine' } })
    await until('it is stored', async () => (await device.api.call('GET', `/messages/${came.id}`)).status === 200)
    const uploads = () => gateway.sandbox!.world.media.snapshot().files.length
    const before = uploads()
    const { data } = await call(`/chats/${group}/images`, { message_id: came.id, caption: 'from Bob' })
    const { message, bytes } = await shown(data.message_id)
    assert.deepEqual([bytes, message.text], [image, 'from Bob'])
    const third = await call(`/chats/${bob.id}/images`, { message_id: data.message_id })
    assert.deepEqual([(await shown(third.data.message_id)).bytes, uploads()], [image, before])
    const wrong = await call(`/chats/${bob.id}/documents`, { message_id: came.id })
    assert.deepEqual([wrong.status, wrong.error_code], [422, 'media_kind_mismatch'])
  })

  it('fetch a file from its address, whatever the server there says of it', async () => {
    const image = await photo(90)
    answer = (url) =>
      url.startsWith('/moved')
        ? { status: 302, headers: { location: '/pictures/a%20b.png' } }
        : { headers: { 'content-type': 'text/html' }, body: image }
    const { data } = await call(`/chats/${bob.id}/images`, { url: `${origin}/moved` })
    assert.deepEqual((await shown(data.message_id)).bytes, image)
    const named = await call(`/chats/${bob.id}/documents`, { url: `${origin}/moved` })
    const { message } = await shown(named.data.message_id)
    assert.equal(message.details?.['file_name'], 'a b.png')
    assert.equal(bob.media.mimetype(named.data.message_id), 'image/jpeg')
    await nothingLeft()
  })

  it('keep their file until a later time, and leave then', async () => {
    const bytes = randomBytes(2000)
    const up = await call<Uploaded>('/media', formWith(bytes, 'later.bin'))
    kept = await filesLeft()
    const send_at = new Date(Date.now() + 3000).toISOString()
    const { status, data } = await call(`/chats/${bob.id}/documents`, { media_id: up.data.media_id, send_at })
    const own = await call(`/chats/${bob.id}/documents`, { base64: bytes.toString('base64'), send_at })
    assert.deepEqual([status, data.status, own.data.status], [202, 'scheduled', 'scheduled'])
    assert.equal((await filesLeft()).length, kept.length + 2)
    for (const { message_id } of [data, own.data]) assert.deepEqual((await shown(message_id)).bytes, bytes)
    kept = (await filesLeft()).filter((name) => name.startsWith('med_'))
  })

  it('are done once for their Idempotency-Key', async () => {
    const key = { 'idempotency-key': 'one-document' }
    const bytes = randomBytes(3000)
    const first = await call(`/chats/${bob.id}/documents`, formWith(bytes, 'once.bin'), key)
    const again = await call(`/chats/${bob.id}/documents`, formWith(bytes, 'once.bin'), key)
    assert.equal(again.data.message_id, first.data.message_id)
    assert.equal(again.headers.get('idempotency-replayed'), 'true')
    await shown(first.data.message_id)
    assert.equal(bob.messages().filter(({ details }) => details?.['file_name'] === 'once.bin').length, 1)
  })

  it('refuse what is no such file, each with its error, and leave nothing behind', async () => {
    const image = await photo(2000)
    const stranger = await gateway.linkDevice(await gateway.phone('Stranger'))
    const theirs = await call<Uploaded>('/media', formWith(randomBytes(10), 'theirs.bin'), {}, stranger)
    const text = await bob.send(device.phone.id, { text: 'no file' })
    await until('it is stored', async () => (await device.api.call('GET', `/messages/${text.id}`)).status === 200)
    answer = (url) => {
      if (url === '/missing') return { status: 404 }
      if (url === '/ftp') return { status: 301, headers: { location: 'ftp://example.com/a' } }
      if (url === '/round') return { status: 302, headers: { location: '/round' } }
      if (url === '/lies') return { headers: { 'content-length': 1_000_000_000 }, body: Buffer.from('x') }
      return { body: Buffer.alloc(17 * 1024 * 1024) }
    }
    const refusals: readonly [route: string, body: FormData | object, status: number, code: string][] = [
      ['images', formWith(Buffer.alloc(0), 'empty.jpg', 'image/jpeg'), 422, 'media_unreadable'],
      ['documents', formWith(Buffer.alloc(0), 'empty.pdf'), 422, 'media_unreadable'],
      ['images', formWith(Buffer.from('%PDF-1.4 no picture'), 'a.jpg', 'image/jpeg'), 422, 'media_kind_mismatch'],
      ['images', formWith(image.subarray(0, image.length / 2), 'cut.jpg', 'image/jpeg'), 422, 'media_unreadable'],
      ['images', { media_id: theirs.data.media_id }, 404, 'media_not_found'],
      ['images', { media_id: 'med_none' }, 404, 'media_not_found'],
      ['images', { message_id: text.id }, 404, 'media_not_found'],
      ['images', { message_id: '3EB0NONE' }, 404, 'message_not_found'],
      ['images', { url: `${origin}/missing` }, 422, 'media_fetch_failed'],
      ['images', { url: `${origin}/ftp` }, 422, 'media_fetch_failed'],
      ['images', { url: `${origin}/round` }, 422, 'media_fetch_failed'],
      ['images', { url: 'http://127.0.0.1:9/nobody' }, 422, 'media_fetch_failed'],
      ['images', { url: `${origin}/lies` }, 413, 'media_too_large'],
      ['images', { url: `${origin}/large` }, 413, 'media_too_large'],
      ['images', {}, 400, 'invalid_request'],
    ]
    const before = bob.messages().length
    for (const [route, body, status, code] of refusals) {
      const refused = await call(`/chats/${bob.id}/${route}`, body)
      assert.deepEqual([refused.status, refused.error_code], [status, code], JSON.stringify([route, body, refused]))
    }
    const last = await call(`/chats/${bob.id}/messages`, { text: 'and a text' })
    await bob.until.message(({ id }) => id === last.data.message_id)
    assert.equal(bob.messages().length, before + 1)
    kept.push(theirs.data.media_id)
    await nothingLeft()
  })
})
