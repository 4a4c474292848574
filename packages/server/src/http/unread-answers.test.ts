import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { z } from 'zod'
import { defineOperation } from '../kit/define-operation.ts'
import { defineStream, type StreamItem } from '../kit/define-stream.ts'
import { limit } from '../schemas/limit.ts'
import type { ApiClient } from '../testing/api-client.ts'
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

const common = { auth: 'device', summary: 'For a test', response: z.string() } as const
let pagesMade = 0
let open = Promise.withResolvers<void>()
let held = 0
let floodsEnded = 0
let cutOff = 0

const moreOperations = [
  {
    id: 'test.pages',
    operation: defineOperation({
      ...common,
      method: 'GET',
      path: '/pages',
      query: z.object({ limit: limit(100, 1000) }),
      run: async () => {
        pagesMade++
        return 'x'.repeat(900_000)
      },
    }),
  },
  {
    id: 'test.gate',
    operation: defineOperation({
      ...common,
      method: 'GET',
      path: '/gate',
      run: async () => {
        held++
        await open.promise
        return 'open'
      },
    }),
  },
  {
    id: 'test.body',
    operation: defineOperation({
      ...common,
      method: 'POST',
      path: '/body',
      body: z.object({ text: z.string() }),
      run: async (_context, { body }) => String(body.text.length),
    }),
  },
  {
    id: 'test.flood',
    operation: defineStream({
      method: 'GET',
      path: '/flood',
      auth: 'device',
      summary: 'For a test',
      async *open({ signal }): AsyncGenerator<StreamItem> {
        try {
          for (let id = 1; !signal.aborted; id++) yield { id, event: 'flood', json: JSON.stringify('x'.repeat(50_000)) }
        } finally {
          floodsEnded++
        }
      },
    }),
  },
]

describe('a client that asks and does not read', () => {
  let gateway: TestGateway
  let device: ApiClient
  const sockets: Socket[] = []
  before(async () => {
    const environment = { HTTP_BODY_LIMIT_SIZE: '64K' }
    const hearLine = ({ msg }: { msg: string }) => {
      if (msg.startsWith('a client was cut off')) cutOff++
    }
    gateway = await startTestGateway({ moreOperations, environment, writeTimeoutMs: 300, hearLine })
    device = (await gateway.createDevice()).api
  })
  after(async () => {
    for (const socket of sockets) socket.destroy()
    await gateway.stop()
  })

  const request = (line: string, headers: Record<string, string | number> = {}): string => {
    const all = { host: 'localhost', authorization: device.headers['authorization'], ...headers }
    return `${line} HTTP/1.1\r\n${Object.entries(all)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`
  }

  /** A connection over which nothing is read. */
  const speak = (text: string): Socket => {
    const { hostname, port } = new URL(device.url)
    const socket = connect(Number(port), hostname).on('error', () => {})
    sockets.push(socket)
    socket.pause().write(text)
    return socket
  }

  it('is made a few pages at a time, and then cut off', async () => {
    const asking = Array.from({ length: 4 }, () => speak(request('GET /pages').repeat(50)))
    await until('pages are made', () => pagesMade >= 4)
    for (let n = 0; n < 20; n++) await device.get('/devices/me')
    assert.ok(pagesMade < 60, `${pagesMade} pages were made`)
    const { headers, status } = await device.call('GET', '/pages')
    assert.equal(status, 200, headers.get('retry-after') ?? '')
    assert.ok(pagesMade < 60, `${pagesMade} pages were made`)
    await until('all are cut off', () => cutOff === asking.length)
    await Promise.all(asking.map((socket) => once(socket.resume(), 'close')))
  })

  it('is cut off from live streams, so that others can follow', async () => {
    for (let n = 0; n < 16; n++) speak(request('GET /flood'))
    await until('all have ended', () => floodsEnded === 16)
    const stop = new AbortController()
    const followed = await fetch(`${device.url}/flood`, { headers: device.headers, signal: stop.signal })
    assert.equal(followed.status, 200)
    stop.abort()
  })

  it('has so many requests under way, whether it waits for the answers or not', async () => {
    const asking = Array.from({ length: 256 }, () => speak(request('GET /gate')))
    await until('they are under way', () => held === 256)
    const refused = await device.refuses('rate_limited', 'GET', '/devices/me')
    assert.equal(refused.headers.get('retry-after'), '1')
    await (await gateway.createDevice()).api.get('/devices/me')
    for (const socket of asking) socket.destroy()
    await until('they are gone', () => asking.every((socket) => socket.closed))
    await device.refuses('rate_limited', 'GET', '/devices/me')
    open.resolve()
    await until('they have ended', async () => (await device.call('GET', '/devices/me')).status === 200)
    open = Promise.withResolvers()
  })

  it('has so many half-sent bodies', async () => {
    const head = request('POST /body', { 'content-type': 'application/json', 'content-length': 60_000 })
    const answers = Array.from({ length: 6 }, () => {
      const socket = speak(`${head}{"text":"${'x'.repeat(59_000)}`)
      return once(socket.setEncoding('utf8').resume(), 'data')
    })
    const [refused] = await Promise.race(answers)
    assert.match(refused, /429 Too Many Requests[\s\S]*retry-after: 1[\s\S]*"error_code":"rate_limited"/)
    assert.equal(await device.post('/body', { text: 'short' }), '5')
  })
})
