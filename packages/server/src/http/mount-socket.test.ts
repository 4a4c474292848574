import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, describe, it } from 'node:test'
import { askSocket, SocketClient } from '../testing/socket-client.ts'
import { type LogLine, startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

const started: TestGateway[] = []
after(async () => {
  for (const gateway of started) await gateway.stop()
})

const start = async (options: Parameters<typeof startTestGateway>[0] = {}) => {
  const gateway = await startTestGateway(options)
  started.push(gateway)
  const raise = (device: TestDevice, count: number, text = '') =>
    gateway.services.eventLog.append(
      device.id,
      Array.from({ length: count }, () => ({ type: 'message.read', payload: { text } })),
    )
  const url = (query = '') => `${gateway.api.url}/events/socket${query}`
  return { gateway, raise, url }
}

/** Speaks to the gateway byte by byte. */
const dial = async (gateway: TestGateway, text: string): Promise<Socket> => {
  const { hostname, port } = new URL(gateway.api.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(text)
  return socket
}

const handshake = (device: TestDevice, query = '', lines: readonly string[] = []) =>
  [
    `GET /events/socket${query} HTTP/1.1`,
    'host: localhost',
    'connection: upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    `sec-websocket-key: ${randomBytes(16).toString('base64')}`,
    `authorization: Bearer ${device.token}`,
    ...lines,
    '\r\n',
  ].join('\r\n')

const textOf = async (socket: Socket): Promise<string> => {
  let text = ''
  for await (const chunk of socket) text += chunk
  return text
}

describe('a WebSocket of events', () => {
  it('tells what happened since a cursor, then what happens, with answers to pings', async () => {
    const { gateway, raise, url } = await start()
    const device = await gateway.createDevice()
    await raise(device, 2)
    const client = await SocketClient.open(url('?after=1'), device.api.headers)
    await raise(device, 250)
    const told = await client.take(251)
    assert.deepEqual(
      told.map(({ id, data }) => [id, data.seq]),
      Array.from({ length: 251 }, (_, index) => [index + 2, index + 2]),
    )
    client.socket.ping('hello')
    const [answer] = await once(client.socket, 'pong')
    assert.equal(String(answer), 'hello')
    client.close()
    const again = await SocketClient.open(url(), { ...device.api.headers, 'last-event-id': '250' })
    assert.deepEqual(
      (await again.take(2)).map(({ id }) => id),
      [251, 252],
    )
    again.close()
  })

  it('is refused in HTTP, in the envelope, as any other request', async () => {
    const { gateway, url } = await start()
    const device = await gateway.createDevice()
    const code = async (query: string, headers: Record<string, string>) => {
      const { status, text } = await askSocket(url(query), headers)
      const { error_code, request_id } = JSON.parse(text)
      assert.ok(request_id)
      return [status, error_code]
    }
    assert.deepEqual(await code('', {}), [401, 'unauthorized'])
    assert.deepEqual(await code('', { authorization: 'Bearer x.y.z' }), [401, 'unauthorized'])
    assert.deepEqual(await code('?after=99', device.api.headers), [409, 'cursor_ahead'])
    assert.deepEqual(await code('?no=1', device.api.headers), [400, 'invalid_request'])
    const limited = await gateway.createKey({ rate_limit_per_hour: 1 })
    await limited.api.get('/events')
    assert.deepEqual(await code('', limited.api.headers), [429, 'rate_limited'])
    const elsewhere = await askSocket(`${gateway.api.url}/nowhere`, {})
    assert.equal(elsewhere.status, 404)
    const other = await askSocket(`${gateway.api.url}/devices/me`, device.api.headers)
    assert.equal(other.status, 200)
  })

  it('says what a handshake lacks, and answers requests for other protocols in HTTP', async () => {
    const { gateway } = await start()
    const device = await gateway.createDevice()
    const { headers } = await device.api.refuses('upgrade_required', 'GET', '/events/socket')
    assert.equal((await device.api.call('HEAD', '/events/socket')).status, 426)
    assert.deepEqual([headers.get('upgrade'), headers.get('sec-websocket-version')], ['websocket', '13'])
    const told = async (request: string) => (await textOf(await dial(gateway, request))).split('\r\n')[0]
    const good = handshake(device)
    assert.equal(await told(good.replace('version: 13', 'version: 8')), 'HTTP/1.1 426 Upgrade Required')
    assert.equal(await told(good.replace(/key: .*/, 'key: short')), 'HTTP/1.1 400 Bad Request')
    assert.equal(await told(good.replace('host: localhost', 'host: a\r\nhost: b')), 'HTTP/1.1 400 Bad Request')
    const h2c = `GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: upgrade, close\r\nupgrade: h2c\r\n\r\n`
    assert.equal(await told(h2c), 'HTTP/1.1 200 OK')
  })

  it('is not begun in the middle of answers to other requests', async () => {
    const { gateway } = await start()
    const device = await gateway.createDevice()
    const first = `GET /events?limit=1 HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${device.token}\r\n\r\n`
    const text = await textOf(await dial(gateway, first + handshake(device)))
    assert.ok(!text.includes('101 Switching'), text)
  })

  it('is open to pages of the allowed origins alone', async () => {
    const { gateway, url } = await start({ environment: { HTTP_CORS_ORIGIN: 'https://app.example' } })
    const device = await gateway.createDevice()
    const from = async (origin: string) => (await askSocket(url(), { ...device.api.headers, origin })).status
    assert.equal(await from('https://app.example'), 101)
    assert.equal(await from(gateway.api.url), 101, 'its own pages')
    assert.equal(await from('https://evil.example'), 403)
    assert.equal(await from('null'), 403)
    assert.equal((await askSocket(url(), device.api.headers)).status, 101, 'programs say no origin')
  })

  it('ends when it is sent a message, of any size', async () => {
    const { gateway, url } = await start()
    const device = await gateway.createDevice()
    const small = await SocketClient.open(url(), device.api.headers)
    small.socket.send('hello')
    assert.equal((await small.closed).code, 1003)
    const large = await SocketClient.open(url(), device.api.headers)
    large.socket.send('x'.repeat(100_000))
    assert.notEqual((await large.closed).code, 1005)
  })

  it('is one of at most 16 of a device, and of an API key, together with streams', async () => {
    const { gateway, url } = await start()
    const key = await gateway.createKey()
    const device = await gateway.createDevice(key.key)
    for (const { api } of [device, key]) {
      // Held to the end: what nobody holds may be cancelled when memory is tidied.
      const stream = await fetch(`${api.url}/events/stream`, { headers: api.headers })
      const open = await Promise.all(Array.from({ length: 15 }, () => SocketClient.open(url(), api.headers)))
      assert.equal((await askSocket(url(), { ...api.headers })).status, 429)
      open[0]!.close()
      await until('the seat is free', async () => (await askSocket(url(), { ...api.headers })).status === 101)
      for (const client of open) client.close()
      await stream.body?.cancel()
    }
  })

  it('keeps no seat for a client that leaves before it is let in', async (test) => {
    const { gateway, url } = await start()
    const device = await gateway.createDevice()
    const { eventLog } = gateway.services
    const begin = eventLog.begin.bind(eventLog)
    let client: Socket | undefined
    test.mock.method(eventLog, 'begin', async (...asked: Parameters<typeof begin>) => {
      client?.resetAndDestroy()
      client = undefined
      // While this is answered, the end of the connection is noticed.
      await gateway.api.call('GET', '/healthz')
      return begin(...asked)
    })
    for (let n = 0; n < 20; n++) {
      client = await dial(gateway, handshake(device))
      const { promise, resolve } = Promise.withResolvers<void>()
      client.once('close', resolve)
      await promise
    }
    await until('no seat is taken', async () => (await askSocket(url(), { ...device.api.headers })).status === 101)
  })

  it('uses up nothing of its caller once it has ended', async () => {
    const { gateway, url } = await start()
    const device = await gateway.createDevice()
    // More than may be under way at once.
    for (let n = 0; n < 260; n++) assert.equal((await askSocket(url(), { ...device.api.headers })).status, 101)
    await device.api.get('/events')
  })

  it('ends with a code for a client that reads nothing, which holds no more than a bounded part of its events', async () => {
    const lines: LogLine[] = []
    const { gateway, raise, url } = await start({ writeTimeoutMs: 400, hearLine: (line) => lines.push(line) })
    const device = await gateway.createDevice()
    // 64 MB.
    for (let n = 0; n < 64; n++) await raise(device, 16, 'x'.repeat(64 * 1024))
    const client = await SocketClient.open(url('?after=0'), device.api.headers)
    await client.take(1)
    client.socket.pause()
    const cutOff = await until('it is cut off', () => lines.find(({ msg }) => msg.includes('did not read its answer')))
    assert.ok(Number(cutOff['unread']) < 4 * 1024 * 1024, `${cutOff['unread']} bytes wait`)
    client.socket.resume()
    assert.deepEqual(await client.closed, { code: 4008, reason: 'events were not read' })
    const ids = client.told.map(({ id }) => id)
    assert.deepEqual(
      ids,
      Array.from({ length: ids.length }, (_, index) => index + 1),
      'whole messages, up to some cursor',
    )
    const rest = await SocketClient.open(url(`?after=${ids.at(-1)}`), device.api.headers)
    await rest.take(1024 - ids.length)
    assert.equal(rest.told[0]!.id, ids.length + 1)
    rest.close()
  })

  it('ends when nobody answers its pings', async () => {
    const { gateway } = await start({ heartbeatMs: 100 })
    const device = await gateway.createDevice()
    const dead = await dial(gateway, handshake(device))
    dead.resume()
    await once(dead, 'close')
  })

  it('stays while pings are answered, and ends with the token', async () => {
    const { gateway, url } = await start({ heartbeatMs: 50 })
    const device = await gateway.createDevice()
    const client = await SocketClient.open(url(), device.api.headers)
    for (let n = 0; n < 5; n++) await once(client.socket, 'ping')
    assert.equal(client.socket.readyState, client.socket.OPEN)
    const { id: device_id, secret: device_secret } = device
    await gateway.api.post('/devices/token', { device_id, device_secret })
    assert.deepEqual(await client.closed, { code: 4001, reason: 'unauthorized' })
  })

  it('gathers no answers for a client that sends pings and reads nothing', async () => {
    const lines: LogLine[] = []
    const { gateway, raise } = await start({ writeTimeoutMs: 400, hearLine: (line) => lines.push(line) })
    const device = await gateway.createDevice()
    for (let n = 0; n < 16; n++) await raise(device, 16, 'x'.repeat(64 * 1024))
    const deaf = await dial(gateway, handshake(device, '?after=0'))
    deaf.pause()
    // Masked, with as much as a ping may have in it: their answers would be 12 MB.
    const ping = Buffer.concat([Buffer.from([0x89, 0x80 + 125, 0, 0, 0, 0]), Buffer.alloc(125)])
    const many = Buffer.concat(Array<Buffer>(2000).fill(ping))
    for (let n = 0; n < 50 && !deaf.destroyed; n++) {
      if (!deaf.write(many)) await Promise.race([once(deaf, 'drain'), once(deaf, 'close')])
    }
    const cutOff = await until('it is cut off', () => lines.find(({ msg }) => msg.includes('did not read its answer')))
    assert.ok(Number(cutOff['unread']) < 4 * 1024 * 1024, `${cutOff['unread']} bytes wait`)
    deaf.destroy()
  })

  it('ends with 1001 when the gateway ends, which does not wait for clients that stay', async () => {
    const { gateway, url } = await start()
    const device = await gateway.createDevice()
    const client = await SocketClient.open(url(), device.api.headers)
    const deaf = await dial(gateway, handshake(device))
    await once(deaf, 'data')
    deaf.pause()
    await gateway.halt()
    assert.deepEqual(await client.closed, { code: 1001, reason: 'the gateway ends' })
    deaf.destroy()
  })

  it('has a line in the log when it has ended, with its real address, and counts as one request', async () => {
    const lines: LogLine[] = []
    const environment = { SWITCHBOARD_TRUSTED_PROXIES: '127.0.0.1', HTTP_CORS_ORIGIN: 'https://app.example' }
    const { gateway, url } = await start({ environment, hearLine: (line) => lines.push(line) })
    const device = await gateway.createDevice()
    const client = await SocketClient.open(url(), {
      ...device.api.headers,
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'api.example',
      // A page of the gateway itself, as the browser sees it.
      origin: 'https://api.example',
    })
    client.close()
    const line = await until('it is in the log', () => lines.find(({ route }) => route === '/events/socket'))
    const { status, device: id, method, address } = line as Record<string, unknown>
    assert.deepEqual([status, id, method, address], [101, device.id, 'GET', '203.0.113.9'])
    const metrics = await gateway.admin.call('GET', '/metrics')
    assert.match(
      metrics.text,
      /operation="events\.socket"[^\n]*status="101"|status="101"[^\n]*operation="events\.socket"/,
    )
  })
})
