import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { ApiClient } from '../../testing/api-client.ts'
import { type LogLine, startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'
import { StreamClient } from '../../testing/stream-client.ts'
import { TestClock } from '../../testing/test-clock.ts'
import { until } from '../../testing/until.ts'

interface Made {
  readonly access_key_id: string
  readonly secret: string
  readonly last_used_at: string | null
}

const lines: LogLine[] = []
const clock = new TestClock()
let gateway: TestGateway
before(async () => {
  const environment = { SWITCHBOARD_TRUSTED_PROXIES: '127.0.0.1' }
  gateway = await startTestGateway({ sandbox: true, clock, environment, hearLine: (line) => lines.push(line) })
})
after(() => gateway.stop())

const make = async (owner: ApiClient, fields: Record<string, unknown>) => {
  const made = await owner.post<Made>('/access-keys', { label: 'Reporting', ...fields })
  return { ...made, api: gateway.api.with({ authorization: `Bearer ${made.secret}` }) }
}

const listOf = async (owner: ApiClient) =>
  (await owner.get<{ access_keys: (Made & Record<string, unknown>)[] }>('/access-keys')).access_keys

describe('accessKeys.create', () => {
  it('makes a credential that sends from its device, and cannot read', async () => {
    const key = await gateway.createKey()
    const device = await gateway.linkDevice(undefined, await gateway.createDevice(key.key))
    const friend = await gateway.phone('Friend')
    const sender = await make(key.api, { scopes: ['send'], device_id: device.id })
    await sender.api.post(`/chats/${friend.id}/messages`, { text: 'from an access key' })
    await friend.until.message(({ text }) => text === 'from an access key')
    const { body } = await sender.api.refuses('forbidden_scope', 'GET', `/chats/${friend.id}/messages`)
    assert.deepEqual(body['details'], { needs: 'read' })
  })

  it('shows the secret once, and keeps it nowhere', async () => {
    const key = await gateway.createKey()
    const { secret, access_key_id } = await make(key.api, { scopes: ['read'] })
    assert.match(secret, /^wak_[0-9a-f]{40}$/)
    const [listed] = await listOf(key.api)
    assert.equal(listed!['secret_masked'], `wak_...${secret.slice(-4)}`)
    const one = await key.api.call('GET', `/access-keys/${access_key_id}`)
    const files = readdirSync(gateway.dataDir).filter((name) => /\.db/.test(name))
    const bytes = Buffer.concat(files.map((name) => readFileSync(path.join(gateway.dataDir, name))))
    assert.ok(bytes.includes(access_key_id))
    for (const text of [one.text, JSON.stringify(lines), bytes.toString('latin1')]) assert.ok(!text.includes(secret))
  })

  it('lets the operator make one for an API key, and no access key', async () => {
    const key = await gateway.createKey()
    await make(gateway.admin.with({ 'x-api-key-id': String(key.id) }), { scopes: ['read'] })
    assert.equal((await listOf(key.api)).length, 1)
    const all = await make(key.api, { scopes: ['read', 'send', 'manage', 'webhooks', 'admin'] })
    await all.api.refuses('forbidden_scope', 'POST', '/access-keys', { label: 'More', scopes: ['read'] })
    await all.api.refuses('forbidden_scope', 'GET', '/access-keys')
  })

  it('refuses networks that are none, and a device of somebody else', async () => {
    const key = await gateway.createKey()
    const stranger = await gateway.createDevice()
    const wanted = { label: 'Wrong', scopes: ['read'] }
    await key.api.refuses('invalid_request', 'POST', '/access-keys', { ...wanted, networks: ['10.0.0.0/8', 'here'] })
    await key.api.refuses('device_not_found', 'POST', '/access-keys', { ...wanted, device_id: stranger.id })
    assert.deepEqual(await listOf(key.api), [])
  })
})

describe('accessKeys.update', () => {
  it('takes scopes away from the next request on', async () => {
    const key = await gateway.createKey()
    const { api, access_key_id } = await make(key.api, { scopes: ['read', 'webhooks'] })
    await api.get('/webhooks')
    await key.api.patch(`/access-keys/${access_key_id}`, { scopes: ['read'], label: 'Reads' })
    await api.refuses('forbidden_scope', 'GET', '/webhooks')
    assert.deepEqual(
      (await listOf(key.api)).map(({ label, scopes }) => [label, scopes]),
      [['Reads', ['read']]],
    )
  })

  it('binds a key to networks, by the address that trusted proxies name', async () => {
    const key = await gateway.createKey()
    const { api, access_key_id } = await make(key.api, {
      scopes: ['read'],
      networks: ['203.0.113.0/24', '2001:db8::1'],
    })
    const from = (address: string) => api.with({ 'x-forwarded-for': address })
    await from('203.0.113.9').get('/devices')
    await from('2001:db8::1').get('/devices')
    for (const address of ['203.0.114.9', '2001:db8::2']) {
      await from(address).refuses('forbidden_network', 'GET', '/devices')
    }
    await key.api.patch(`/access-keys/${access_key_id}`, { networks: [] })
    await from('203.0.114.9').get('/devices')
  })

  it('ends a key at its time, with its live streams and sessions, also after a restart', async () => {
    const key = await gateway.createKey()
    const device = await gateway.createDevice(key.key)
    const expires_at = new Date(clock.now() + 60_000).toISOString()
    const made = await make(key.api, { scopes: ['read'], expires_at })
    const session = await gateway.signIn(made.secret)
    const { expires_at: ends } = await session.get<{ expires_at: string }>('/console/session')
    assert.equal(ends, expires_at)
    const stream = await StreamClient.open(`${gateway.api.url}/events/stream`, { 'x-api-key': made.secret })
    clock.pass(60_001)
    await gateway.services.eventLog.append(device.id, [{ type: 'message.read', payload: {} }])
    assert.equal((await stream.take(1))[0]?.event, 'error')
    await made.api.refuses('access_key_expired', 'GET', '/devices')
    await session.refuses('unauthorized', 'GET', '/devices')
    await gateway.api.refuses('access_key_expired', 'POST', '/console/session', { credential: made.secret })
    await gateway.restart({ SERVER_PORT: new URL(gateway.api.url).port })
    await made.api.refuses('access_key_expired', 'GET', '/devices')
    await key.api.patch(`/access-keys/${made.access_key_id}`, { expires_at: null })
    await made.api.get('/devices')
  })
})

describe('accessKeys.rotate', () => {
  it('replaces the secret, and ends what was opened with the old one', async () => {
    const key = await gateway.createKey()
    const { api, access_key_id, secret } = await make(key.api, { scopes: ['read'] })
    const session = await gateway.signIn(secret)
    const { ticket } = await api.post<{ ticket: string }>('/events/tickets', {})
    const next = await key.api.post<Made>(`/access-keys/${access_key_id}/rotate`)
    await api.refuses('unauthorized', 'GET', '/devices')
    await session.refuses('unauthorized', 'GET', '/devices')
    await gateway.api.refuses('unauthorized', 'GET', `/events/stream?ticket=${ticket}`)
    await gateway.api.with({ 'x-api-key': next.secret }).get('/devices')
  })
})

describe('accessKeys.delete', () => {
  it('ends a key at once, as its device and its API key do', async () => {
    const key = await gateway.createKey()
    const device = await gateway.createDevice(key.key)
    const [deleted, ofDevice, ofKey] = [
      await make(key.api, { scopes: ['read'] }),
      await make(key.api, { scopes: ['read'], device_id: device.id }),
      await make(key.api, { scopes: ['read'] }),
    ]
    await key.api.delete(`/access-keys/${deleted.access_key_id}`)
    await deleted.api.refuses('unauthorized', 'GET', '/devices')
    await key.api.refuses('access_key_not_found', 'DELETE', `/access-keys/${deleted.access_key_id}`)
    await key.api.delete(`/devices/${device.id}`)
    await ofDevice.api.refuses('unauthorized', 'GET', '/devices/me')
    assert.deepEqual(
      (await listOf(key.api)).map(({ access_key_id }) => access_key_id),
      [ofKey.access_key_id],
    )
    await gateway.admin.delete(`/admin/api-keys/${key.id}`)
    await ofKey.api.refuses('unauthorized', 'GET', '/devices')
  })
})

describe('accessKeys.list', () => {
  it('says when each was used last', async () => {
    const key = await gateway.createKey()
    const used = await make(key.api, { scopes: ['read'] })
    await make(key.api, { scopes: ['read'] })
    await used.api.get('/devices')
    const [first, second] = await until('the use is noted', async () => {
      const listed = await listOf(key.api)
      return listed[0]!.last_used_at !== null && listed
    })
    assert.equal(first!.access_key_id, used.access_key_id)
    assert.equal(second!.last_used_at, null)
  })
})

describe('console.getSession', () => {
  it('says what an access key may do, and lets its session do nothing else', async () => {
    const key = await gateway.createKey({ customer_name: 'Bakery' })
    const { secret } = await make(key.api, { scopes: ['read'] })
    const session = await gateway.signIn(secret)
    const who = await session.get('/console/session')
    assert.deepEqual(
      [who['kind'], who['customer_name'], who['access_key_label'], who['scopes']],
      ['access_key', 'Bakery', 'Reporting', ['read']],
    )
    await session.get('/devices')
    for (const route of ['/webhooks', '/access-keys', '/admin/stats']) {
      await session.refuses('forbidden_scope', 'GET', route)
    }
  })
})

describe('mcp.call', () => {
  it('runs no tool that needs another scope than the access key has', async () => {
    const key = await gateway.createKey()
    const device = await gateway.createDevice(key.key)
    const { api } = await make(key.api, { scopes: ['read'], device_id: device.id })
    const call = (name: string, args: object) =>
      api
        .with({ accept: 'application/json, text/event-stream' })
        .call('POST', '/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } })
    assert.match((await call('list_chats', {})).text, /\\"chats\\":|"chats":/)
    const sent = await call('send_message', { chat_jid: '4917012345678', text: 'never' })
    assert.match(sent.text, /forbidden_scope/)
  })
})
