import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import sharp from 'sharp'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

const routes = ['images', 'videos', 'audio', 'stickers', 'documents'] as const
type Route = (typeof routes)[number]

const picture = () =>
  sharp({ create: { width: 10, height: 10, channels: 3, background: 'red' } })
    .png()
    .toBuffer()

/** A small file that says that it has 60,000 × 60,000 pixels. */
const bomb = async (): Promise<Buffer> => {
  const png = await picture()
  png.writeUInt32BE(60_000, 16)
  png.writeUInt32BE(60_000, 20)
  // The checksum of the header has to fit, or nobody reads it.
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29)
  return png
}

/** A file that begins as pictures of that sort do. */
const pictureOf = (brand: string) =>
  Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from(`ftyp${brand}\0\0\0\0mif1miaf`), randomBytes(500)])

describe('files that are not what a route needs', () => {
  let sandbox: Sandbox
  let gateway: TestGateway
  let device: TestDevice & { readonly phone: Phone }
  let bob: Phone
  let elsewhere: Server
  let origin: string
  const asked: string[] = []
  before(async () => {
    sandbox = await Sandbox.start({ seed: 7 })
    // As in earnest: nothing of the own network is fetched.
    gateway = await startTestGateway({ sandbox, environment: { SWITCHBOARD_WEBHOOK_ALLOW_PRIVATE: 'false' } })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    elsewhere = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.end('secret')
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => elsewhere.once('listening', resolve))
    origin = `127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
  })
  after(async () => {
    elsewhere.close()
    await gateway.stop()
    await sandbox.stop()
  })

  const form = (bytes: Uint8Array, fields: Record<string, string> = {}) => {
    const body = new FormData()
    for (const [name, value] of Object.entries(fields)) body.append(name, value)
    body.append('file', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), '../../etc/passwd.jpg')
    return body
  }
  const send = async (route: Route, body: FormData | object) => {
    const {
      status,
      body: answer,
      text,
    } = await device.api.call<{ message_id: string }>(...(['POST', `/chats/${bob.id}/${route}`, body] as const))
    return { status, text, code: (answer as { error_code?: string }).error_code, id: answer.data?.message_id }
  }
  /** Holds what is refused to its error: nothing is sent, and nothing stays on the disk. */
  const refused = async (cases: readonly (readonly [Route, FormData | object, number, string])[]) => {
    const before = bob.messages().length
    const onDisk = () => Promise.all(['spool', 'outgoing'].map((folder) => readdir(path.join(gateway.dataDir, folder))))
    const kept = (await onDisk()).flat()
    for (const [route, body, status, code] of cases) {
      const answer = await send(route, body)
      assert.deepEqual([answer.status, answer.code], [status, code], `${route}: ${answer.text}`)
    }
    const { message_id: last } = await device.api.post<{ message_id: string }>(`/chats/${bob.id}/messages`, {
      text: 'behind them',
    })
    await bob.until.message(({ id }) => id === last)
    assert.equal(bob.messages().length, before + 1)
    await until('nothing more is on the disk', async () => (await onDisk()).flat().every((name) => kept.includes(name)))
  }

  it('are refused by every route when there is nothing in them', async () => {
    const nothing = form(Buffer.alloc(0))
    await refused(routes.map((route) => [route, nothing, 422, 'media_unreadable'] as const))
  })

  it('are refused when they are of another kind, whatever their name and their declared type say', async () => {
    const text = Buffer.from('just words\n')
    await refused([
      ...(['images', 'videos', 'audio', 'stickers'] as const).map(
        (route) => [route, form(text), 422, 'media_kind_mismatch'] as const,
      ),
      ['audio', form(await picture()), 422, 'media_kind_mismatch'],
      ['videos', form(await picture()), 422, 'media_kind_mismatch'],
    ])
  })

  it('are refused when they are cut off, and when they would need too much memory', async () => {
    const jpeg = await sharp({ create: { width: 900, height: 900, channels: 3, background: 'blue' } })
      .jpeg()
      .toBuffer()
    const cut = jpeg.subarray(0, jpeg.length / 2)
    await refused([
      ['images', form(cut), 422, 'media_unreadable'],
      ['stickers', form(cut), 422, 'media_unreadable'],
      ['images', form(await bomb()), 413, 'media_too_large'],
      ['stickers', form(await bomb()), 413, 'media_too_large'],
    ])
  })

  it('are refused when their base64 is none', async () => {
    await refused(
      routes.flatMap((route) =>
        ['not base64!', 'QUJDR', 'data:image/png;base64,Q'].map(
          (base64) => [route, { base64 }, 400, 'invalid_request'] as const,
        ),
      ),
    )
  })

  it('are refused when they are of somebody else, and when a message has none', async () => {
    const stranger = await gateway.linkDevice(await gateway.phone('Stranger'))
    const { media_id } = (await stranger.api.call<{ media_id: string }>('POST', '/media', form(await picture()))).body
      .data
    const theirs = await bob.send(stranger.phone.id, { image: { data: await picture() } })
    const words = await bob.send(device.phone.id, { text: 'no file' })
    for (const [id, { api }] of [[theirs.id, stranger] as const, [words.id, device] as const]) {
      await until('it is stored', async () => (await api.call('GET', `/messages/${id}`)).status === 200)
    }
    const before = bob.messages().length
    for (const route of routes) {
      for (const [body, status, code] of [
        [{ media_id }, 404, 'media_not_found'],
        [{ message_id: theirs.id }, 404, 'message_not_found'],
        [{ message_id: words.id }, 404, 'media_not_found'],
      ] as const) {
        const answer = await send(route, body)
        assert.deepEqual([answer.status, answer.code], [status, code], `${route}: ${answer.text}`)
      }
    }
    assert.equal(bob.messages().length, before)
  })

  it('are not fetched from the own network, whatever its address is called', async () => {
    const [, port] = origin.split(':')
    const urls = [origin, `localhost:${port}`, `2130706433:${port}`, `[::ffff:127.0.0.1]:${port}`]
    await refused(
      urls.map((host, place) => [routes[place]!, { url: `http://${host}/a.png` }, 422, 'media_fetch_failed'] as const),
    )
    assert.deepEqual(asked, [])
  })

  it('leave under a name without folders', async () => {
    const { status, id, text } = await send('documents', form(Buffer.from('words')))
    assert.equal(status, 200, text)
    assert.equal((await bob.until.message((entry) => entry.id === id)).details?.['file_name'], 'passwd.jpg')
  })

  it('go out as documents, byte for byte, when nothing here can decode them', async () => {
    for (const [bytes, type] of [
      [pictureOf('heic'), 'image/heic'],
      [pictureOf('avif'), 'image/avif'],
      [Buffer.concat([Buffer.from('ff0a7f', 'hex'), randomBytes(500)]), 'image/jxl'],
    ] as const) {
      const { status, id, text } = await send('documents', form(bytes))
      assert.equal(status, 200, text)
      await bob.until.message((entry) => entry.id === id)
      assert.equal(bob.media.mimetype(id!), type)
      assert.deepEqual(Buffer.from(bob.media.bytes(id!)), bytes)
    }
  })
})
