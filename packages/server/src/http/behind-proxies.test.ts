import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { ApiClient } from '../testing/api-client.ts'
import { type ReverseProxy, startReverseProxy } from '../testing/reverse-proxy.ts'
import { type LogLine, startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { TestClock } from '../testing/test-clock.ts'
import { testSecrets } from '../testing/test-secrets.ts'
import { until } from '../testing/until.ts'

/** A client tells the outer proxy by this header where it stands; a real proxy knows. */
const standing = 'x-test-standing'

describe('a gateway behind two proxies', () => {
  let gateway: TestGateway
  let outer: ReverseProxy
  let inner: ReverseProxy
  const clock = new TestClock()
  const lines: LogLine[] = []

  before(async () => {
    gateway = await startTestGateway({
      environment: { SWITCHBOARD_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8', HTTP_BASE_URL: '/wa' },
      clock,
      hearLine: (line) => lines.push(line),
    })
    const target = new URL(gateway.api.url).origin
    inner = await startReverseProxy({ target, writes: 'x-forwarded-for', sees: () => '10.0.0.1' })
    outer = await startReverseProxy({
      target: inner.url,
      writes: 'x-forwarded-for',
      sees: (headers) => String(headers[standing]),
      also: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'wa.example' },
    })
  })
  after(async () => {
    await outer.stop()
    await inner.stop()
    await gateway.stop()
  })

  /** Somebody on the internet, at this address. */
  const caller = (address: string, headers: Record<string, string> = {}) =>
    new ApiClient(`${outer.url}/wa`, { [standing]: address, ...headers })

  /** How many of the wrong pairs that this caller may send in a minute are left, seen by sending one. */
  const leftOf = async (api: ApiClient): Promise<number> => {
    const pair = { device_id: randomUUID(), device_secret: 'a guess' }
    const { headers } = await api.call('POST', '/devices/token', pair)
    return Number(headers.get('x-ratelimit-remaining'))
  }

  it('counts each caller on its own', async () => {
    clock.pass(60_000)
    assert.equal(await leftOf(caller('203.0.113.1')), 9)
    assert.equal(await leftOf(caller('203.0.113.1')), 8)
    assert.equal(await leftOf(caller('2001:db8:7::1')), 9)
    assert.equal(await leftOf(caller('2001:db8:7::2')), 8)
    assert.equal(await leftOf(caller('2001:db8:8::1')), 9)
  })

  it('counts a caller who makes up where it comes from as itself', async () => {
    clock.pass(60_000)
    const names = ['6.6.6.1', '10.0.0.1', '127.0.0.1', 'unknown', '::1', '"', '6.6.6.2, 10.0.0.7', '']
    let left = 10
    for (const name of names) {
      left -= 1
      assert.equal(await leftOf(caller('203.0.113.2', { 'x-forwarded-for': name })), left, name)
    }
    // It counts as the proxy when it makes a second list up, and gains one limit by that, for all who do.
    const others = ['for=6.6.6.1', 'for=6.6.6.2', 'for="']
    for (const [index, forwarded] of others.entries()) {
      assert.equal(await leftOf(caller('203.0.113.2', { forwarded })), 9 - index)
    }
    assert.equal(await leftOf(caller('203.0.113.3')), 9)
  })

  it('logs each request with the address of its caller', async () => {
    for (const [address, claim] of [
      ['203.0.113.50', '6.6.6.6'],
      ['2001:db8:50::1', 'unknown'],
    ] as const) {
      const { headers } = await caller(address, { 'x-forwarded-for': claim }).call('GET', '/devices/me')
      const ofRequest = ({ requestId }: LogLine) => requestId === headers.get('x-request-id')
      await until('it is logged', () => lines.some(ofRequest))
      assert.equal(lines.find(ofRequest)?.['address'], address)
    }
  })

  it('tells links as the caller sees the gateway, and as the proxy says, whatever the caller says', async () => {
    const { docs } = await caller('203.0.113.4').get<{ docs: string }>('/')
    assert.equal(docs, 'https://wa.example/wa/docs/')
    const lie = { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.example', 'x-forwarded-for': '6.6.6.6' }
    assert.equal((await caller('203.0.113.4', lie).get<{ docs: string }>('/')).docs, docs)
  })

  it('lets the right secret through while its address is limited', async () => {
    clock.pass(60_000)
    const key = await gateway.createKey()
    const device = await gateway.createDevice(key.key)
    const here = caller('203.0.113.5')
    const guesses = { 'x-api-key': `wam_${'0'.repeat(28)}`, 'x-admin-secret': 'a guess' }
    const wrong = here.with(guesses)
    for (let n = 0; n < 10; n++) {
      await wrong.refuses('unauthorized', 'POST', '/devices')
      await wrong.refuses('unauthorized', 'GET', '/admin/stats')
    }
    for (const [method, path] of [
      ['POST', '/devices'],
      ['GET', '/admin/stats'],
    ] as const) {
      const refused = await wrong.refuses('rate_limited', method, path)
      assert.ok(Number(refused.headers.get('retry-after')) > 0)
    }
    await here.with({ 'x-api-key': key.key }).post('/devices')
    await here.with({ 'x-admin-secret': testSecrets.adminSecret }).get('/admin/stats')
    await caller('203.0.113.6').with(guesses).refuses('unauthorized', 'GET', '/admin/stats')

    const pair = { device_id: device.id, device_secret: device.secret }
    for (let n = 0; n < 12; n++) await here.call('POST', '/devices/token', { ...pair, device_secret: 'a guess' })
    await here.refuses('rate_limited', 'POST', '/devices/token', { ...pair, device_secret: 'a guess' })
    const { token } = await here.post<{ token: string }>('/devices/token', pair)
    await here.with({ authorization: `Bearer ${token}` }).get('/devices/me')
  })

  it('stops whoever guesses the secret of a device from many addresses, and not its owner', async () => {
    clock.pass(60_000)
    const device = await gateway.createDevice()
    const pair = { device_id: device.id, device_secret: device.secret }
    const guess = { ...pair, device_secret: 'a guess' }
    for (let n = 0; n < 10; n++) {
      await caller(`198.51.100.${n}`).refuses('unauthorized', 'POST', '/devices/token', guess)
    }
    await caller('198.51.100.99').refuses('rate_limited', 'POST', '/devices/token', guess)
    await caller('198.51.100.99').post('/devices/token', pair)
  })

  it('limits a device that asks for tokens without end, and no other device of its key', async () => {
    clock.pass(60_000)
    const { key } = await gateway.createKey()
    const [greedy, other] = [await gateway.createDevice(key), await gateway.createDevice(key)]
    const pairOf = ({ id, secret }: TestDevice) => ({ device_id: id, device_secret: secret })
    const here = caller('203.0.113.7')
    for (let n = 0; n < 10; n++) await here.post('/devices/token', pairOf(greedy))
    await here.refuses('rate_limited', 'POST', '/devices/token', pairOf(greedy))
    await here.post('/devices/token', pairOf(other))
  })

  it('keeps the limits of one key from another, at the same address', async () => {
    const [small, large] = [await gateway.createKey({ rate_limit_per_hour: 1 }), await gateway.createKey()]
    const here = caller('203.0.113.8')
    await here.with({ 'x-api-key': small.key }).post('/devices')
    await here.with({ 'x-api-key': small.key }).refuses('rate_limited', 'POST', '/devices')
    await here.with({ 'x-api-key': large.key }).post('/devices')
  })

  it('counts from nothing after a restart', async () => {
    clock.pass(60_000)
    const guess = { device_id: 'nobody', device_secret: 'a guess' }
    for (let n = 0; n < 11; n++) await gateway.api.call('POST', '/devices/token', guess)
    await gateway.api.refuses('rate_limited', 'POST', '/devices/token', guess)
    await gateway.restart()
    await gateway.api.refuses('unauthorized', 'POST', '/devices/token', guess)
  })
})

describe('a gateway behind a proxy that writes Forwarded', () => {
  it('reads it, and nothing that the client put before it', async () => {
    const gateway = await startTestGateway({ environment: { SWITCHBOARD_TRUSTED_PROXIES: '127.0.0.0/8' } })
    const target = gateway.api.url
    const sees = (headers: Readonly<Record<string, unknown>>) => `[${headers[standing]}]:4711`
    const proxy = await startReverseProxy({ target, writes: 'forwarded', sees })
    const left = async (headers: Record<string, string>) => {
      const pair = { device_id: randomUUID(), device_secret: 'a guess' }
      const answer = await new ApiClient(proxy.url, headers).call('POST', '/devices/token', pair)
      return answer.headers.get('x-ratelimit-remaining')
    }
    assert.equal(await left({ [standing]: '2001:db8::1' }), '9')
    assert.equal(await left({ [standing]: '2001:db8::1', forwarded: 'for=6.6.6.6' }), '8')
    assert.equal(await left({ [standing]: '2001:db8:0:9::1' }), '9')
    await proxy.stop()
    await gateway.stop()
  })
})

describe('a gateway that trusts nobody', () => {
  it('takes the address of the socket and the host of the request, whatever the headers say', async () => {
    const gateway = await startTestGateway()
    const pair = { device_id: 'nobody', device_secret: 'a guess' }
    for (const [index, claim] of ['6.6.6.1', '6.6.6.2'].entries()) {
      const lie = {
        'x-forwarded-for': claim,
        forwarded: `for=${claim}`,
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'evil.example',
      }
      const answer = await gateway.api.with(lie).call('POST', '/devices/token', pair)
      assert.equal(answer.headers.get('x-ratelimit-remaining'), String(9 - index))
      const { docs } = await gateway.api.with(lie).get<{ docs: string }>('/')
      assert.equal(docs, `${gateway.api.url}/docs/`)
    }
    await gateway.stop()
  })
})
