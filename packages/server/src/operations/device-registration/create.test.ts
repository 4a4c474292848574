import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'

let gateway: TestGateway
before(async () => {
  gateway = await startTestGateway()
})
after(() => gateway.stop())

describe('POST /devices', () => {
  it('creates a device with a token that works at once', async () => {
    const { api } = await gateway.createKey()
    const answer = await api.call<Record<string, string>>('POST', '/devices', { device_name: 'Shop' })
    assert.equal(answer.status, 201)
    const { device_id, device_secret, device_name, token } = answer.body.data
    assert.match(device_id!, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.match(device_secret!, /^[0-9a-f]{64}$/)
    assert.equal(device_name, 'Shop')
    const me = await gateway.deviceWith(device_id!, device_secret!, token!).api.get('/devices/me')
    assert.match(me['created_at'] as string, /Z$/)
    assert.deepEqual(
      { ...me, created_at: '' },
      {
        device_id,
        device_name: 'Shop',
        whatsmeow_jid: '',
        username: null,
        status: 'pending',
        created_at: '',
        last_active: null,
      },
    )
  })

  it('needs no body and takes forms', async () => {
    const { api } = await gateway.createKey()
    assert.equal((await api.post('/devices'))['device_name'], '')
    const form = api.with({ 'content-type': 'application/x-www-form-urlencoded' })
    assert.equal((await form.post('/devices', 'device_name=A%20B'))['device_name'], 'A B')
  })

  it('never exceeds max_devices, however many ask at once', async () => {
    const { api } = await gateway.createKey({ max_devices: 5 })
    const calls = Array.from({ length: 50 }, () => api.call('POST', '/devices'))
    const statuses = (await Promise.all(calls)).map((answer) => answer.status)
    assert.equal(statuses.filter((status) => status === 201).length, 5)
    assert.equal(statuses.filter((status) => status === 409).length, 45)
    await api.refuses('quota_exceeded', 'POST', '/devices')
  })

  it('refuses a wrong body and a wrong key, and creates nothing', async () => {
    const { api, key, id } = await gateway.createKey()
    for (const body of [{ device_name: 7 }, { device_name: 'x'.repeat(256) }, { name: 'Shop' }, []]) {
      await api.refuses('invalid_request', 'POST', '/devices', body)
    }
    const device = await gateway.createDevice()
    const wrong = [
      {},
      { 'x-api-key': `${key}0` },
      { 'x-api-key': key.slice(0, -1) },
      { 'x-api-key': key.toUpperCase() },
    ]
    for (const headers of [...wrong, device.api.headers, gateway.admin.headers]) {
      await gateway.api.with(headers).refuses('unauthorized', 'POST', '/devices', {})
    }
    assert.deepEqual(await gateway.admin.get(`/admin/api-keys/${id}/devices`), [])
  })
})

describe('GET /devices/me', () => {
  it('shows each device itself, and refuses everybody else', async () => {
    const [one, other] = [await gateway.createDevice(), await gateway.createDevice()]
    assert.equal((await one.api.get('/devices/me'))['device_id'], one.id)
    assert.equal((await other.api.get('/devices/me'))['device_id'], other.id)
    const { api } = await gateway.createKey()
    for (const caller of [gateway.api, gateway.admin, api]) await caller.refuses('unauthorized', 'GET', '/devices/me')
    const broken = gateway.api.with({ authorization: `Bearer ${one.token.slice(0, -4)}AAAA` })
    await broken.refuses('unauthorized', 'GET', '/devices/me')
  })
})
