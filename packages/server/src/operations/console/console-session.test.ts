import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { ApiClient } from '../../testing/api-client.ts'
import { SocketClient } from '../../testing/socket-client.ts'
import { type LogLine, startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { StreamClient } from '../../testing/stream-client.ts'
import { TestClock } from '../../testing/test-clock.ts'
import { testSecrets } from '../../testing/test-secrets.ts'

const lines: LogLine[] = []
const clock = new TestClock()
const hourMs = 3_600_000
let gateway: TestGateway
let key: { id: number; key: string; api: ApiClient }
let device: TestDevice
before(async () => {
  const environment = { HTTP_BASE_URL: '/wa', SWITCHBOARD_TRUSTED_PROXIES: '127.0.0.1' }
  gateway = await startTestGateway({ sandbox: true, clock, environment, hearLine: (line) => lines.push(line) })
  key = await gateway.createKey({ customer_name: 'Bakery' })
  device = await gateway.createDevice(key.key, 'Counter')
})
after(() => gateway.stop())

interface SignedIn {
  readonly kind: string
  readonly expires_at: string
  readonly created_at: string
}

const whoIs = (session: ApiClient) => session.get<SignedIn>('/console/session')

describe('console.signIn', () => {
  it('takes the admin secret, an API key or a device token, and says what it is', async () => {
    const all = { scopes: ['read', 'send', 'manage', 'webhooks', 'admin'], sandbox: true }
    const nobody = { api_key_id: null, customer_name: null, device_id: null, device_name: null, access_key_label: null }
    const bakery = { api_key_id: key.id, customer_name: 'Bakery' }
    const kinds = [
      [testSecrets.adminSecret, { ...nobody, kind: 'admin' }],
      [key.key, { ...nobody, ...bakery, kind: 'api_key' }],
      [device.token, { ...nobody, ...bakery, kind: 'device', device_id: device.id, device_name: 'Counter' }],
    ] as const
    for (const [credential, expected] of kinds) {
      const { expires_at, created_at, ...rest } = await whoIs(await gateway.signIn(credential))
      assert.deepEqual(rest, { ...expected, ...all })
      assert.equal(Date.parse(expires_at) - Date.parse(created_at), 12 * hourMs)
    }
  })

  it('calls what the credential may call, for whom it may be called', async () => {
    const [operator, customer, own] = await Promise.all(
      [testSecrets.adminSecret, key.key, device.token].map((credential) => gateway.signIn(credential)),
    )
    const named = { 'x-device-id': device.id }
    await operator!.get('/admin/stats')
    assert.equal((await operator!.with(named).get<{ device_id: string }>('/devices/me')).device_id, device.id)
    await customer!.get('/devices')
    await customer!.with(named).post('/webhooks', { url: 'http://127.0.0.1:9/' })
    await own!.get('/devices/me')
    for (const narrower of [customer!, own!]) await narrower.refuses('unauthorized', 'GET', '/admin/stats')
    await own!.refuses('unauthorized', 'GET', '/devices')
    const stranger = await gateway.createDevice()
    for (const each of [customer!, own!]) {
      await each.with({ 'x-device-id': stranger.id }).refuses('device_not_found', 'GET', '/devices/me')
    }
  })

  it('gives a cookie that no script reads, and no other site or path gets', async () => {
    const credential = { credential: device.token }
    const plain = (await gateway.api.call('POST', '/console/session', credential)).headers.get('set-cookie')
    assert.match(plain ?? '', /^switchboard_session=[\w-]{43}; Path=\/wa; Max-Age=43200; HttpOnly; SameSite=Strict$/)
    const secure = gateway.api.with({ 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' })
    const sent = (await secure.call('POST', '/console/session', credential)).headers.get('set-cookie')
    assert.match(sent ?? '', /; SameSite=Strict; Secure$/)
  })

  it('makes whoever has a wrong credential wait, and nobody else', async () => {
    const answered: string[] = []
    const wrong = ['a guess', `wam_${'0f'.repeat(14)}`, 'x.y.z'].map(async (credential) => {
      await gateway.api.refuses('unauthorized', 'POST', '/console/session', { credential })
      answered.push('wrong')
    })
    await gateway.signIn(device.token)
    answered.push('right')
    await Promise.all(wrong)
    assert.equal(answered[0], 'right')
  })

  it('says of every wrong credential alike that it is not right', async () => {
    const wrong = ['a guess', `wam_${'0f'.repeat(14)}`, `wak_${'0f'.repeat(14)}`, 'x.y.z']
    const answers = await Promise.all(
      wrong.map((credential) => gateway.api.call<{ message: string }>('POST', '/console/session', { credential })),
    )
    assert.deepEqual(
      new Set(answers.map(({ text }) => JSON.parse(text).message)),
      new Set(['This credential is not right']),
    )
  })

  it('takes nothing from a page of another site', async () => {
    const credential = { credential: device.token }
    for (const elsewhere of [
      { origin: 'https://elsewhere.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const { status, headers } = await gateway.api.with(elsewhere).call('POST', '/console/session', credential)
      assert.deepEqual([status, headers.get('set-cookie')], [403, null])
    }
    const own = gateway.api.with({ origin: new URL(gateway.api.url).origin, 'sec-fetch-site': 'same-origin' })
    assert.equal((await own.call('POST', '/console/session', credential)).status, 201)
  })

  it('ends guessing from one address, and lets the right secret in', async () => {
    const guesser = gateway.api.with({ 'x-forwarded-for': '198.51.100.9' })
    const guess = () => guesser.call('POST', '/console/session', { credential: 'a guess' })
    const statuses = (await Promise.all(Array.from({ length: 21 }, guess))).map(({ status }) => status)
    assert.deepEqual([...new Set(statuses)].sort(), [401, 429])
    await guesser.refuses('rate_limited', 'POST', '/console/session', { credential: 'another guess' })
    await gateway.signIn(testSecrets.adminSecret, guesser)
  })

  it('ends the oldest of too many sessions of one credential', async () => {
    const { key: busy } = await gateway.createKey()
    const sessions: ApiClient[] = []
    for (let n = 0; n < 51; n++) sessions.push(await gateway.signIn(busy))
    await sessions[0]!.refuses('unauthorized', 'GET', '/console/session')
    await whoIs(sessions[1]!)
    await whoIs(sessions[50]!)
  })

  it('writes neither the credential nor the cookie anywhere', async () => {
    const session = await gateway.signIn(device.token)
    await whoIs(session)
    const cookie = session.headers['cookie']!.split('=')[1]!
    const files = readdirSync(gateway.dataDir).filter((name) => /\.db/.test(name))
    const bytes = Buffer.concat(files.map((name) => readFileSync(path.join(gateway.dataDir, name))))
    assert.ok(bytes.includes('console.signed_in'), 'the audit knows of it')
    for (const secret of [cookie, device.token, key.key, testSecrets.adminSecret]) {
      assert.ok(!bytes.includes(secret))
      assert.ok(!JSON.stringify(lines).includes(secret))
    }
  })
})

describe('console.getSession', () => {
  it('survives a restart, and ends after 12 hours', async () => {
    const session = await gateway.signIn(testSecrets.adminSecret)
    const { port } = new URL(gateway.api.url)
    await gateway.restart({ SERVER_PORT: port })
    assert.equal((await whoIs(session)).kind, 'admin')
    clock.pass(12 * hourMs)
    await session.refuses('unauthorized', 'GET', '/console/session')
  })

  it('ends when the key is rotated or switched off, and does not come back with it', async () => {
    const rotated = await gateway.createKey()
    const first = await gateway.signIn(rotated.key)
    await gateway.admin.post(`/admin/api-keys/${rotated.id}/rotate`)
    await first.refuses('unauthorized', 'GET', '/console/session')
    const switched = await gateway.createKey()
    const { token } = await gateway.createDevice(switched.key)
    const sessions = [await gateway.signIn(switched.key), await gateway.signIn(token)]
    for (const is_active of [false, true]) {
      await gateway.admin.patch(`/admin/api-keys/${switched.id}`, { is_active })
      for (const session of sessions) await session.refuses('unauthorized', 'GET', '/console/session')
    }
  })

  it('ends when the token is replaced, when the device is deleted, and when the admin secret is another one', async () => {
    const own = await gateway.createDevice()
    const [operator, session] = [await gateway.signIn(testSecrets.adminSecret), await gateway.signIn(own.token)]
    const pair = { device_id: own.id, device_secret: own.secret }
    const { token } = await gateway.api.post<{ token: string }>('/devices/token', pair)
    await session.refuses('unauthorized', 'GET', '/console/session')
    const renewed = await gateway.signIn(token)
    await gateway.admin.delete(`/admin/devices/${own.id}`)
    await renewed.refuses('unauthorized', 'GET', '/console/session')
    const { query } = gateway.services.database
    const change = query.updateTable('console_session').set({ proof: 'of another secret' }).where('kind', '=', 'admin')
    await gateway.services.database.commit([{ query: change.compile() }])
    const { port } = new URL(gateway.api.url)
    await gateway.restart({ SERVER_PORT: port })
    await operator.refuses('unauthorized', 'GET', '/console/session')
  })

  it('ends when a token that expires does', async () => {
    const short = await startTestGateway({ clock, environment: { SWITCHBOARD_TOKEN_TTL: '1h' } })
    try {
      const { token } = await short.createDevice()
      const session = await short.signIn(token)
      const { created_at, expires_at } = await whoIs(session)
      assert.ok(Date.parse(expires_at) - Date.parse(created_at) <= hourMs)
      clock.pass(hourMs)
      await session.refuses('unauthorized', 'GET', '/console/session')
    } finally {
      await short.stop()
    }
  })

  it('counts for pages of this server alone', async () => {
    const session = await gateway.signIn(device.token)
    const origin = new URL(gateway.api.url).origin
    const { cookie } = session.headers
    const bare = gateway.api.with({ cookie: cookie! })
    await bare.get('/devices/me')
    await bare.refuses('origin_not_allowed', 'POST', '/webhooks', { url: 'http://127.0.0.1:9/' })
    for (const elsewhere of [
      { origin: 'https://elsewhere.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      await session.with(elsewhere).refuses('origin_not_allowed', 'GET', '/devices/me')
    }
    await session.with({ origin, 'sec-fetch-site': 'same-origin' }).get('/devices/me')
    await session.with({ origin: origin.replace('http:', 'https:') }).get('/devices/me')
    const url = `${gateway.api.url}/events/socket`
    await assert.rejects(SocketClient.open(url, { cookie: cookie!, origin: 'https://elsewhere.example' }))
    ;(await SocketClient.open(url, { cookie: cookie!, origin })).close()
  })

  it('counts for nothing next to another credential', async () => {
    const session = await gateway.signIn(device.token)
    await session.with({ authorization: 'Bearer x.y.z' }).refuses('unauthorized', 'GET', '/devices/me')
    const elsewhere = device.api.with({ cookie: session.headers['cookie']!, origin: 'https://elsewhere.example' })
    await elsewhere.get('/devices/me')
  })
})

describe('console.signOut', () => {
  it('ends the session and its live streams at once', async () => {
    const [session, other] = [await gateway.signIn(device.token), await gateway.signIn(device.token)]
    const { cookie } = session.headers
    const stream = await StreamClient.open(`${gateway.api.url}/events/stream`, { cookie: cookie! })
    const { headers } = await session.call('DELETE', '/console/session')
    assert.match(headers.get('set-cookie') ?? '', /^switchboard_session=; Path=\/wa; Max-Age=0;/)
    await session.refuses('unauthorized', 'GET', '/devices/me')
    await gateway.services.eventLog.append(device.id, [{ type: 'message.read', payload: {} }])
    assert.deepEqual((await stream.take(1))[0]?.event, 'error')
    await whoIs(other)
  })
})
