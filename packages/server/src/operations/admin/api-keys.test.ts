import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'

let gateway: TestGateway
before(async () => {
  gateway = await startTestGateway()
})
after(() => gateway.stop())

const keyPaths = (id: number | string) => [
  ['GET', `/admin/api-keys/${id}`],
  ['GET', `/admin/api-keys/${id}/devices`],
  ['GET', `/admin/api-keys/${id}/devices/status`],
  ['PATCH', `/admin/api-keys/${id}`, {}],
  ['POST', `/admin/api-keys/${id}/rotate`],
  ['DELETE', `/admin/api-keys/${id}`],
]

describe('POST /admin/api-keys', () => {
  it('issues a key that works, with the two fields of the quick start alone', async () => {
    const answer = await gateway.admin.call('POST', '/admin/api-keys', { customer_name: ' Acme ', max_devices: 2 })
    assert.equal(answer.status, 201)
    const { id, api_key, ...rest } = answer.body.data
    assert.ok(Number.isInteger(id))
    assert.match(api_key as string, /^wam_[0-9a-f]{28}$/)
    assert.deepEqual(rest, {
      customer_name: 'Acme',
      customer_email: null,
      customer_phone: null,
      max_devices: 2,
      rate_limit_per_hour: 0,
    })
    await gateway.createDevice(api_key as string)
  })

  it('takes forms as well', async () => {
    const form = gateway.admin.with({ 'content-type': 'application/x-www-form-urlencoded' })
    const body = 'customer_name=Acme&customer_email=a%40acme.example&max_devices=3&rate_limit_per_hour=10'
    const made = await form.post('/admin/api-keys', body)
    assert.equal(made['customer_email'], 'a@acme.example')
    assert.equal(made['rate_limit_per_hour'], 10)
  })

  it('refuses what is missing, blank, of the wrong type, out of range or unknown, and makes no key', async () => {
    const good = { customer_name: 'Acme', max_devices: 1 }
    const before = (await gateway.admin.get<unknown[]>('/admin/api-keys')).length
    const wrong = [
      undefined,
      {},
      { max_devices: 1 },
      { customer_name: 'Acme' },
      { ...good, customer_name: '  ' },
      { ...good, customer_name: 7 },
      { ...good, max_devices: 0 },
      { ...good, max_devices: 1.5 },
      { ...good, max_devices: '1' },
      { ...good, max_devices: 3e9 },
      { ...good, rate_limit_per_hour: -1 },
      { ...good, is_admin: true },
      { ...good, customer_name: 'x'.repeat(256) },
    ]
    for (const body of wrong) await gateway.admin.refuses('invalid_request', 'POST', '/admin/api-keys', body)
    const json = gateway.admin.with({ 'content-type': 'application/json' })
    await json.refuses('invalid_json', 'POST', '/admin/api-keys', '{"customer_name":"A"')
    assert.equal((await gateway.admin.get<unknown[]>('/admin/api-keys')).length, before)
  })
})

describe('every route of API keys', () => {
  it('refuses whoever has not the admin secret', async () => {
    const { id, api } = await gateway.createKey()
    const device = await gateway.createDevice()
    const routes = [...keyPaths(id), ['GET', '/admin/api-keys'], ['POST', '/admin/api-keys', {}]]
    for (const [method, path, body] of routes as ['GET', string, unknown][]) {
      for (const caller of [gateway.api, api, device.api, gateway.api.with({ 'x-admin-secret': 'wrong' })].slice(
        0,
        3,
      )) {
        await caller.refuses('unauthorized', method, path, body)
      }
    }
    await gateway.api.with({ 'x-admin-secret': 'wrong' }).refuses('unauthorized', 'GET', '/admin/api-keys')
    assert.equal((await gateway.admin.get(`/admin/api-keys/${id}`))['id'], id)
  })

  it('answers 404 for a key that does not exist, 400 for what is no number', async () => {
    for (const [method, path, body] of keyPaths(999_999) as ['GET', string, unknown][]) {
      await gateway.admin.refuses('api_key_not_found', method, path, body)
    }
    for (const [method, path, body] of keyPaths('x1') as ['GET', string, unknown][]) {
      await gateway.admin.refuses('invalid_request', method, path, body)
    }
  })
})

describe('GET /admin/api-keys', () => {
  it('lists keys masked, with their numbers of devices, in pages when asked', async () => {
    const keys = [await gateway.createKey(), await gateway.createKey()] as const
    await gateway.createDevice(keys[1].key)
    const { key, id } = keys[1]
    const all = await gateway.admin.get<Record<string, unknown>[]>('/admin/api-keys')
    assert.deepEqual(all.at(-1), {
      id,
      api_key_masked: `${key.slice(0, 8)}...${key.slice(-4)}`,
      customer_name: 'Test',
      customer_email: null,
      customer_phone: null,
      max_devices: 100,
      rate_limit_per_hour: 0,
      is_active: true,
      device_count: 1,
    })
    assert.equal(JSON.stringify(all).includes(key.slice(8, -4)), false)
    const page = await gateway.admin.get<{ id: number }[]>(`/admin/api-keys?limit=1&after=${keys[0].id}`)
    assert.deepEqual(
      page.map((row) => row.id),
      [id],
    )
    await gateway.admin.refuses('invalid_request', 'GET', '/admin/api-keys?limit=0')
  })
})

describe('GET /admin/api-keys/{id} and its devices', () => {
  it('shows the key with its own devices, newest first', async () => {
    const { id, key } = await gateway.createKey()
    await gateway.createDevice()
    const first = await gateway.createDevice(key, 'first')
    const second = await gateway.createDevice(key, 'second')
    const shown = await gateway.admin.get<{ devices: { device_id: string }[]; created_at: string }>(
      `/admin/api-keys/${id}`,
    )
    assert.deepEqual(new Set(shown.devices.map((row) => row.device_id)), new Set([first.id, second.id]))
    assert.match(shown.created_at, /^\d{4}-\d\d-\d\dT.*Z$/)
    const listed = await gateway.admin.get(`/admin/api-keys/${id}/devices`)
    assert.deepEqual(listed, shown.devices)
    const status = await gateway.admin.get<Record<string, unknown>[]>(`/admin/api-keys/${id}/devices/status`)
    assert.deepEqual(
      status.find((row) => row['device_id'] === first.id),
      {
        device_id: first.id,
        device_name: 'first',
        customer_name: 'Test',
        whatsmeow_jid: '',
        db_status: 'pending',
        client_loaded: false,
        connected: false,
        is_connected: false,
        is_logged_in: false,
        state: 'idle',
      },
    )
  })

  it('goes through the devices in pages', async () => {
    const { id, key } = await gateway.createKey()
    for (let n = 0; n < 5; n++) await gateway.createDevice(key)
    const seen: unknown[] = []
    for (let query = '?limit=2'; query !== ''; ) {
      const answer = await gateway.admin.call<{ device_id: string }[]>('GET', `/admin/api-keys/${id}/devices${query}`)
      seen.push(...answer.body.data.map((row) => row.device_id))
      const next = answer.headers.get('x-next-cursor')
      query = next ? `?limit=2&cursor=${next}` : ''
    }
    const whole = await gateway.admin.get<{ device_id: string }[]>(`/admin/api-keys/${id}/devices`)
    assert.deepEqual(
      seen,
      whole.map((row) => row.device_id),
    )
    await gateway.admin.refuses('invalid_request', 'GET', `/admin/api-keys/${id}/devices?cursor=nonsense`)
  })
})

describe('PATCH /admin/api-keys/{id}', () => {
  it('changes what is given, keeps what is absent or blank, clears what is null', async () => {
    const { id } = await gateway.createKey({ customer_email: 'a@b.example', customer_phone: '49170' })
    const change = {
      customer_name: '',
      customer_email: '',
      customer_phone: null,
      max_devices: 7,
      rate_limit_per_hour: 9,
    }
    const answer = await gateway.admin.call('PATCH', `/admin/api-keys/${id}`, change)
    assert.equal(answer.status, 200)
    assert.equal('data' in answer.body, false)
    const shown = await gateway.admin.get(`/admin/api-keys/${id}`)
    assert.equal(shown['customer_name'], 'Test')
    assert.equal(shown['customer_email'], 'a@b.example')
    assert.equal(shown['customer_phone'], null)
    assert.equal(shown['max_devices'], 7)
    assert.equal(shown['rate_limit_per_hour'], 9)
    for (const body of [{ max_devices: 0 }, { is_active: 'yes' }, { id: 3 }, []]) {
      await gateway.admin.refuses('invalid_request', 'PATCH', `/admin/api-keys/${id}`, body)
    }
  })

  it('switches a key and its devices off and on from the next request', async () => {
    const { id, key, api } = await gateway.createKey()
    const device = await gateway.createDevice(key)
    await gateway.admin.patch(`/admin/api-keys/${id}`, { is_active: false })
    await api.refuses('unauthorized', 'POST', '/devices')
    await device.api.refuses('unauthorized', 'GET', '/devices/me')
    const pair = { device_id: device.id, device_secret: device.secret }
    await gateway.api.refuses('unauthorized', 'POST', '/devices/token', pair)
    await gateway.admin.patch(`/admin/api-keys/${id}`, { is_active: true })
    await device.api.get('/devices/me')
  })

  it('enforces the requests of an hour at once, over the key and its devices', async () => {
    const { id, key, api } = await gateway.createKey()
    const device = await gateway.createDevice(key)
    await gateway.admin.patch(`/admin/api-keys/${id}`, { rate_limit_per_hour: 5 })
    const calls = Array.from({ length: 12 }, () => device.api.call('GET', '/devices/me'))
    const statuses = (await Promise.all(calls)).map((answer) => answer.status)
    assert.equal(statuses.filter((status) => status === 200).length, 5)
    assert.equal(statuses.filter((status) => status === 429).length, 7)
    const refused = await api.refuses('rate_limited', 'POST', '/devices')
    assert.ok(Number(refused.headers.get('retry-after')) > 3000)
    await gateway.createDevice()
    await gateway.admin.patch(`/admin/api-keys/${id}`, { rate_limit_per_hour: 0 })
    await device.api.get('/devices/me')
  })
})

describe('POST /admin/api-keys/{id}/rotate', () => {
  it('refuses the old text from the next request on, and keeps devices, tokens and limits', async () => {
    const { id, key, api } = await gateway.createKey({ max_devices: 2 })
    const device = await gateway.createDevice(key)
    const answer = await gateway.admin.post<{ id: number; api_key: string }>(`/admin/api-keys/${id}/rotate`)
    assert.equal(answer.id, id)
    assert.match(answer.api_key, /^wam_[0-9a-f]{28}$/)
    await api.refuses('unauthorized', 'POST', '/devices')
    await device.api.get('/devices/me')
    await gateway.createDevice(answer.api_key)
    const renewed = gateway.api.with({ 'x-api-key': answer.api_key })
    await renewed.refuses('quota_exceeded', 'POST', '/devices')
    const shown = await gateway.admin.get(`/admin/api-keys/${id}`)
    assert.equal(shown['api_key_masked'], `${answer.api_key.slice(0, 8)}...${answer.api_key.slice(-4)}`)
  })
})

describe('DELETE /admin/api-keys/{id}', () => {
  it('removes the key with its devices, and nothing of others', async () => {
    const { id, key, api } = await gateway.createKey()
    const device = await gateway.createDevice(key)
    const neighbour = await gateway.createDevice()
    await gateway.admin.delete(`/admin/api-keys/${id}`)
    await api.refuses('unauthorized', 'POST', '/devices')
    await device.api.refuses('unauthorized', 'GET', '/devices/me')
    await gateway.admin.refuses('api_key_not_found', 'DELETE', `/admin/api-keys/${id}`)
    await gateway.admin.refuses('device_not_found', 'DELETE', `/admin/devices/${device.id}`)
    await neighbour.api.get('/devices/me')
  })
})
