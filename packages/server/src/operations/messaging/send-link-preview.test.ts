import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import sharp from 'sharp'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'

type Fields = Record<string, unknown>
type Answer = (request: IncomingMessage, response: ServerResponse) => void

const html = (head: string): Answer => {
  return (_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<html><head>${head}</head><body>x</body></html>`)
}

describe('previews of links', () => {
  let sandbox: Sandbox
  let gateway: TestGateway
  let device: TestDevice
  let bob: Phone
  let pages: Server
  let origin: string
  const answers = new Map<string, Answer>()
  const asked: string[] = []
  before(async () => {
    sandbox = await Sandbox.start({ seed: 12 })
    gateway = await startTestGateway({ sandbox })
    device = await gateway.linkDevice()
    bob = await sandbox.phone({ name: 'Bob' })
    pages = createServer((request, response) => {
      asked.push(request.url!)
      const answer = answers.get(request.url!)
      if (answer) answer(request, response)
      else response.writeHead(404, { 'content-type': 'text/html' }).end('<title>Not here</title>')
    })
    pages.listen(0, '127.0.0.1')
    await once(pages, 'listening')
    origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`
    const picture = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#315575' } })
      .png()
      .toBuffer()
    answers.set('/pictures/one.png', (_request, response) =>
      response.writeHead(200, { 'content-type': 'image/png' }).end(picture),
    )
  })
  after(async () => {
    pages.closeAllConnections()
    pages.close()
    await gateway.stop()
    await sandbox.stop()
  })

  const sent = async (path: string, body: Fields, of = device) => {
    const { message_id: id } = await of.api.post<{ message_id: string }>(`/chats/${bob.id}/${path}`, body)
    const { message } = await bob.until.message((entry) => entry.id === id)
    return { id, message, card: message.extendedTextMessage }
  }
  const text = (words: string, more: Fields = {}) => sent('messages', { text: words, ...more })

  it('show what the page says of itself, with its picture small and large', async () => {
    answers.set(
      '/story',
      html(`<meta property="og:title" content="A &amp; B &#8211; the story"><title>other</title>
        <meta property="og:description" content="Once upon\n a time"><meta property="og:image" content="pictures/one.png">`),
    )
    const { id, card } = await text(`read ${origin}/story, now`)
    assert.deepEqual(
      [card?.text, card?.matchedText, card?.title, card?.description],
      [`read ${origin}/story, now`, `${origin}/story`, 'A & B – the story', 'Once upon a time'],
    )
    const small = await sharp(card?.jpegThumbnail).metadata()
    assert.deepEqual([small.format, small.width], ['jpeg', 100])
    assert.deepEqual([card?.thumbnailWidth, card?.thumbnailHeight], [900, 600])
    assert.ok(card?.thumbnailDirectPath && card.mediaKey)
    // The phone has fetched and opened the large one.
    assert.deepEqual(bob.violations, [])
    const stored = await device.api.get<Fields>(`/messages/${id}`)
    assert.deepEqual(stored['link'], {
      ...{ url: `${origin}/story`, title: 'A & B – the story', description: 'Once upon a time' },
    })
  })

  it('follow redirects, also to another host, and read what is compressed or in another alphabet', async () => {
    answers.set('/old', (_request, response) => response.writeHead(302, { location: '/new' }).end())
    answers.set('/new', (_request, response) =>
      response.writeHead(301, { location: `${origin.replace('127.0.0.1', 'localhost')}/final` }).end(),
    )
    answers.set('/final', (_request, response) => {
      const page = Buffer.from('<head><meta charset="iso-8859-1"><title>S\u00e3o Paulo</title></head>', 'latin1')
      const headers = { 'content-type': 'text/html', 'content-encoding': 'gzip' }
      response.writeHead(200, headers).end(gzipSync(page))
    })
    assert.equal((await text(`${origin}/old`)).card?.title, 'São Paulo')
  })

  it('are left out where there is none, and the text goes', async () => {
    answers.set('/loop', (_request, response) => response.writeHead(302, { location: '/loop' }).end())
    answers.set('/nameless', html('<meta property="og:image" content="/pictures/one.png">'))
    answers.set('/file', (_request, response) =>
      response.writeHead(200, { 'content-type': 'application/pdf' }).end('<title>no page</title>'),
    )
    answers.set('/gone', (_request, response) => response.destroy())
    answers.set('/away', (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end())
    for (const path of ['/missing', '/loop', '/nameless', '/file', '/gone', '/away']) {
      const { message } = await text(`see ${origin}${path}`)
      assert.deepEqual(message.conversation, `see ${origin}${path}`)
    }
    answers.set('/blind', html('<title>Blind</title><meta name="og:image" content="/missing.png">'))
    const { card } = await text(`${origin}/blind`)
    assert.deepEqual([card?.title, card?.jpegThumbnail], ['Blind', undefined])
  })

  it('do not hold a text back when a page never ends, and need no more than its head', async () => {
    answers.set('/silent', () => {})
    answers.set('/endless', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.write('<head><title>Endless</title></head>')
    })
    assert.equal((await text(`${origin}/silent`)).message.conversation, `${origin}/silent`)
    assert.equal((await text(`${origin}/endless`)).card?.title, 'Endless')
  })

  it('cut long words without half a character', async () => {
    answers.set('/long', html(`<title>${'x'.repeat(298)}👍👍</title>`))
    const { title } = (await text(`${origin}/long`)).card!
    assert.ok(title?.isWellFormed() && title.length <= 300)
  })

  it('ask a page once for several texts, and never when they are not wanted', async () => {
    answers.set('/often', html('<title>Often</title>'))
    const cards = await Promise.all([1, 2, 3].map((n) => text(`${n} ${origin}/often`)))
    assert.deepEqual(
      cards.map(({ card }) => card?.title),
      ['Often', 'Often', 'Often'],
    )
    assert.equal(asked.filter((path) => path === '/often').length, 1)
    const { message } = await text(`${origin}/unasked`, { link_preview: false })
    assert.equal(message.conversation, `${origin}/unasked`)
    assert.ok(!asked.includes('/unasked'))
  })

  it('ask no address of the own network', async () => {
    const guarded = await startTestGateway({ sandbox, environment: { SWITCHBOARD_WEBHOOK_ALLOW_PRIVATE: 'false' } })
    const careful = await guarded.linkDevice()
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433']) {
      const words = `${origin.replace('127.0.0.1', host)}/secret`
      assert.equal((await sent('messages', { text: words }, careful)).message.conversation, words)
    }
    assert.ok(!asked.includes('/secret'))
    await guarded.stop()
  })

  describe('messaging.sendLinkPreview', () => {
    it('shows what is given, and asks nobody then', async () => {
      const thumbnail = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#fff' } })
        .jpeg()
        .toBuffer()
      const { card } = await sent('link-preview', {
        ...{ text: 'Look: shop.example/1', url: 'shop.example/1', title: 'A shop', description: 'Everything' },
        thumbnail: thumbnail.toString('base64'),
      })
      const { matchedText, title, description, jpegThumbnail } = card!
      assert.deepEqual([matchedText, title, description], ['shop.example/1', 'A shop', 'Everything'])
      assert.equal((await sharp(jpegThumbnail).metadata()).width, 40)
    })

    it('takes from the page what is not given', async () => {
      answers.set('/shop', html('<title>Page</title><meta name="description" content="Of the page">'))
      const url = `${origin}/shop`
      const { card } = await sent('link-preview', { text: `my ${url}`, url, description: 'Mine' })
      assert.deepEqual([card?.title, card?.description], ['Page', 'Mine'])
    })

    it('is refused for what is no address and for what is no picture', async () => {
      const before = bob.messages().length
      const refuse = (body: Fields) =>
        device.api.refuses('invalid_request', 'POST', `/chats/${bob.id}/link-preview`, body)
      await refuse({ text: 'x', url: 'ftp://example.com/' })
      await refuse({ text: 'x', url: 'https://user:secret@example.com/' })
      await refuse({ text: 'x', url: 'https://example.com/', title: 'x', thumbnail: '***' })
      const thumbnail = Buffer.from('no picture at all').toString('base64')
      await refuse({ text: 'x', url: 'https://example.com/', title: 'x', thumbnail })
      assert.equal(bob.messages().length, before)
    })
  })
})
