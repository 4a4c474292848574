import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { defineStream, type StreamItem } from '../kit/define-stream.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

/** Counts from behind `Last-Event-ID` to `upTo`, then waits for its end. */
const counting = defineStream({
  method: 'GET',
  path: '/counting',
  auth: 'device',
  summary: 'Counts',
  query: z.object({ upTo: z.int().default(3), fail: z.boolean().optional() }),
  async *open(context, { query, lastEventId }): AsyncGenerator<StreamItem> {
    for (let n = (lastEventId ?? 0) + 1; n <= query.upTo; n++) {
      produced = n
      yield { id: n, event: 'number', json: JSON.stringify({ n, text: 'line\nbreak' }) }
    }
    if (query.fail) throw new AppError('whatsapp_error')
    await wait(60_000, undefined, { signal: context.signal }).catch(() => {})
    ended++
  },
})

/** Looks before it counts. */
const careful = defineStream({
  method: 'GET',
  path: '/careful',
  auth: 'device',
  summary: 'Refuses',
  async open() {
    throw new AppError('whatsapp_error')
  },
})

let produced = 0
let ended = 0

class Reader {
  text = ''
  closed = false
  readonly stop = new AbortController()

  static async open(device: TestDevice, path: string, headers: Record<string, string> = {}): Promise<Reader> {
    const reader = new Reader()
    const response = await fetch(`${device.api.url}${path}`, {
      headers: { ...device.api.headers, ...headers },
      signal: reader.stop.signal,
    })
    assert.equal(response.status, 200)
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
    reader.#read(response).catch(() => {
      reader.closed = true
    })
    return reader
  }

  async #read(response: Response): Promise<void> {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) this.text += chunk
    this.closed = true
  }
}

describe('a live stream', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({
      moreOperations: [
        { id: 'test.counting', operation: counting },
        { id: 'test.careful', operation: careful },
      ],
      heartbeatMs: 20,
    })
  })
  after(() => gateway.stop())

  it('writes items as server-sent events and beats while there are none', async () => {
    const reader = await Reader.open(await gateway.createDevice(), '/counting?upTo=2')
    await until('two heartbeats come', () => reader.text.split(': alive').length > 2)
    assert.match(reader.text, /id: 1\nevent: number\ndata: {"n":1,"text":"line\\nbreak"}\n\nid: 2\n/)
    reader.stop.abort()
  })

  it('continues behind the last item that the client had', async () => {
    const reader = await Reader.open(await gateway.createDevice(), '/counting?upTo=5', { 'last-event-id': '3' })
    await until('the last item comes', () => reader.text.includes('id: 5'))
    assert.ok(!reader.text.includes('id: 3'))
    reader.stop.abort()
  })

  it('stops its source when the client leaves', async () => {
    const before = ended
    const reader = await Reader.open(await gateway.createDevice(), '/counting')
    reader.stop.abort()
    await until('the source ends', () => ended > before)
  })

  it('takes no more from its source than a slow client reads', async () => {
    const device = await gateway.createDevice()
    const stop = new AbortController()
    const url = `${device.api.url}/counting?upTo=1000000`
    const response = await fetch(url, { headers: device.api.headers, signal: stop.signal })
    const reader = response.body!.getReader()
    await reader.read()
    let last = -1
    await until('the source is held back', async () => {
      const still = produced === last
      last = produced
      await wait(50)
      return still
    })
    assert.ok(produced < 1_000_000)
    stop.abort()
  })

  it('is open so many times for a device, and again when one of them has ended', async () => {
    const device = await gateway.createDevice()
    const readers = await Promise.all(Array.from({ length: 16 }, () => Reader.open(device, '/counting')))
    await device.api.refuses('rate_limited', 'GET', '/counting')
    const another = await Reader.open(await gateway.createDevice(), '/counting')
    readers[0]!.stop.abort()
    const seventeenth = await until('there is room', () => Reader.open(device, '/counting').catch(() => undefined))
    for (const reader of [...readers, another, seventeenth]) reader.stop.abort()
  })

  it('ends when the token is replaced', async () => {
    const device = await gateway.createDevice()
    const reader = await Reader.open(device, '/counting')
    await gateway.api.post('/devices/token', { device_id: device.id, device_secret: device.secret })
    await until('the stream ends', () => reader.closed)
  })

  it('refuses before it starts, and tells a failure while it runs', async () => {
    const device = await gateway.createDevice()
    await gateway.api.refuses('unauthorized', 'GET', '/counting')
    await device.api.refuses('invalid_request', 'GET', '/counting?upTo=x')
    const lost = device.api.with({ 'last-event-id': 'somewhere' })
    const answer = await lost.refuses('invalid_request', 'GET', '/counting')
    assert.match(answer.body.message, /header\.last-event-id: is not a whole number/)
    const reader = await Reader.open(device, '/counting?upTo=1&fail=true')
    await until('the stream ends', () => reader.closed)
    assert.match(reader.text, /event: error\nretry: 5000\ndata: {.*"error_code":"whatsapp_error"/)
    await device.api.refuses('whatsapp_error', 'GET', '/careful')
    const head = await device.api.call('HEAD', '/counting')
    assert.equal(head.status, 200)
  })

  it('ends when the server drains', async () => {
    const other = await startTestGateway({ moreOperations: [{ id: 'test.counting', operation: counting }] })
    const reader = await Reader.open(await other.createDevice(), '/counting')
    await other.stop()
    await until('the stream ends', () => reader.closed)
  })
})
