import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'

interface Entry {
  readonly id: number
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly target: string
  readonly api_key_id: number | null
  readonly detail: string | null
  readonly address: string | null
  readonly text: string
}

interface Audit {
  readonly entries: readonly Entry[]
  readonly next_cursor?: string
}

describe('GET /admin/audit and GET /audit', () => {
  let gateway: TestGateway
  let key: Awaited<ReturnType<TestGateway['createKey']>>
  let other: Awaited<ReturnType<TestGateway['createKey']>>
  let device: Awaited<ReturnType<TestGateway['createDevice']>>

  before(async () => {
    gateway = await startTestGateway()
    key = await gateway.createKey()
    other = await gateway.createKey()
    device = await gateway.createDevice(key.key)
    await device.api.post('/devices/me/proxy', { proxy_url: 'http://user:hidden@proxy.example:3128' })
    await gateway.createDevice(other.key)
    await gateway.admin.patch(`/admin/api-keys/${key.id}`, { max_devices: 7 })
    await key.api.delete(`/devices/${device.id}`)
  })
  after(() => gateway.stop())

  const admin = (query = '') => gateway.admin.get<Audit>(`/admin/audit${query}`)
  const actions = ({ entries }: Audit) => entries.map(({ action }) => action)

  it('list who did what, newest first, also of what is gone', async () => {
    const seen = await key.api.get<Audit>('/audit')
    assert.deepEqual(
      seen.entries.map(({ actor, action, target }) => [actor, action, target]),
      [
        [`key:${key.id}`, 'device.deleted', device.id],
        ['admin', 'api_key.updated', String(key.id)],
        [`device:${device.id}`, 'device.proxy_set', device.id],
        [`key:${key.id}`, 'device.created', device.id],
        ['admin', 'api_key.created', key.key.slice(0, 8)],
      ],
    )
    assert.equal(seen.entries[2]!.detail, 'http://proxy.example:3128')
    assert.equal(seen.entries[2]!.text, 'The proxy was set to http://proxy.example:3128')
    assert.ok(seen.entries.every(({ api_key_id, at }) => api_key_id === key.id && Date.parse(at) <= Date.now()))
    assert.doesNotMatch(JSON.stringify(seen), /hidden/)
  })

  it('say from where, and not from where the operator came to a customer', async () => {
    const operators = ({ entries }: Audit) => entries.filter(({ actor }) => actor === 'admin')
    const [seen, all] = [await key.api.get<Audit>('/audit'), await admin(`?api_key_id=${key.id}`)]
    assert.deepEqual(
      operators(seen).map(({ address }) => address),
      [null, null],
    )
    assert.ok(operators(all).every(({ address }) => address === '127.0.0.1'))
    assert.equal(seen.entries.find(({ actor }) => actor === `key:${key.id}`)?.address, '127.0.0.1')
  })

  it('show a customer nothing of another', async () => {
    const seen = await other.api.get<Audit>('/audit')
    assert.deepEqual(actions(seen), ['device.created', 'api_key.created'])
    assert.deepEqual((await other.api.get<Audit>(`/audit?target=${device.id}`)).entries, [])
    await other.api.refuses('invalid_request', 'GET', `/audit?api_key_id=${key.id}`)
    for (const caller of [gateway.api, device.api, key.api]) await caller.refuses('unauthorized', 'GET', '/admin/audit')
  })

  it('filter by who, what, to what and when', async () => {
    assert.deepEqual(actions(await admin('?action=device.proxy')), ['device.proxy_set'])
    assert.deepEqual(actions(await admin(`?actor=key:${key.id}`)), ['device.deleted', 'device.created'])
    assert.equal((await admin(`?target=${device.id}`)).entries.length, 3)
    assert.equal((await admin(`?api_key_id=${other.id}`)).entries.length, 2)
    const future = encodeURIComponent(new Date(Date.now() + 60_000).toISOString())
    assert.deepEqual((await admin(`?since=${future}`)).entries, [])
    assert.equal((await admin(`?until=${future}`)).entries.length, 7)
    await gateway.admin.refuses('invalid_request', 'GET', '/admin/audit?since=yesterday')
  })

  it('page', async () => {
    const whole = await admin()
    const first = await admin('?limit=4')
    const rest = await admin(`?limit=4&cursor=${first.next_cursor}`)
    assert.deepEqual([...first.entries, ...rest.entries], whole.entries)
    assert.equal(rest.next_cursor, undefined)
  })
})
