import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'

let gateway: TestGateway
before(async () => {
  gateway = await startTestGateway()
})
after(() => gateway.stop())

describe('GET /admin/stats', () => {
  it('counts keys, devices by status and webhooks', async () => {
    const empty = await gateway.admin.get('/admin/stats')
    assert.deepEqual(empty, {
      total_api_keys: 0,
      active_api_keys: 0,
      total_devices: 0,
      connected_devices: 0,
      disconnected_devices: 0,
      pending_devices: 0,
      logged_out_devices: 0,
      total_webhooks: 0,
      active_webhooks: 0,
    })
    const { id } = await gateway.createKey()
    await gateway.admin.patch(`/admin/api-keys/${id}`, { is_active: false })
    const device = await gateway.createDevice()
    await device.api.post('/webhooks', { url: 'http://127.0.0.1:9/hook' })
    assert.deepEqual(await gateway.admin.get('/admin/stats'), {
      ...empty,
      total_api_keys: 2,
      active_api_keys: 1,
      total_devices: 1,
      pending_devices: 1,
      total_webhooks: 1,
      active_webhooks: 1,
    })
  })
})

describe('GET /admin/health', () => {
  it('tells how the process is doing', async () => {
    const health = await gateway.admin.get('/admin/health')
    assert.equal(health['status'], 'ok')
    assert.equal(health['database'], 'ok')
    assert.equal(health['whatsapp_clients'], 0)
    assert.match(health['memory_alloc'] as string, /^\d+\.\d MB$/)
    assert.match(health['memory_sys'] as string, /^\d+\.\d MB$/)
    assert.match(health['uptime'] as string, /^(\d+m )?\d+s$/)
    assert.equal(health['go_version'], `node ${process.version}`)
    for (const name of ['goroutines', 'uptime_seconds', 'total_devices', 'api_keys', 'active_api_keys']) {
      assert.ok(Number.isInteger(health[name]), name)
    }
    const media = health['media'] as { ffmpeg: string | null; voice_inputs: string[]; video_inputs: string[] }
    assert.ok(media.voice_inputs.includes('audio/mpeg'))
    assert.equal(media.video_inputs.includes('video/webm'), media.ffmpeg !== null)
  })
})

describe('POST /admin/nodes/{node_id}/drain', () => {
  it('knows no node by an id that none can have', async () => {
    await gateway.admin.refuses('node_not_found', 'POST', '/admin/nodes/nope/drain')
  })
})

describe('GET /admin/devices', () => {
  it('lists the devices of every customer, newest first, with a summary of all', async () => {
    const key = await gateway.createKey({ customer_name: 'Acme' })
    const made = [await gateway.createDevice(key.key, 'one'), await gateway.createDevice(key.key, 'two')]
    type List = { devices: Record<string, unknown>[]; summary: Record<string, number>; next_cursor?: string }
    const all = await gateway.admin.get<List>('/admin/devices')
    const one = all.devices.find((row) => row['device_id'] === made[0]!.id)
    assert.match(one!['created_at'] as string, /^\d{4}-.*Z$/)
    assert.partialDeepStrictEqual(
      { ...one, created_at: '' },
      {
        device_id: made[0]!.id,
        device_name: 'one',
        api_key_id: key.id,
        customer_name: 'Acme',
        whatsmeow_jid: '',
        status: 'pending',
        created_at: '',
        last_active_at: null,
      },
    )
    const total = all.devices.length
    assert.deepEqual(all.summary, { total, connected: 0, disconnected: 0, pending: total, matching: total })
    const page = await gateway.admin.get<List>('/admin/devices?limit=1')
    assert.deepEqual(page.devices, all.devices.slice(0, 1))
    assert.deepEqual(page.summary, all.summary)
    const rest = await gateway.admin.get<List>(`/admin/devices?limit=1000&cursor=${page.next_cursor}`)
    assert.deepEqual(rest.devices, all.devices.slice(1))
    assert.equal(rest.next_cursor, undefined)
  })
})

describe('DELETE /admin/devices/{device_id}', () => {
  it('removes a device with all that is stored of it; its token is refused on the next request', async () => {
    const device = await gateway.createDevice()
    await device.api.post('/webhooks', { url: 'http://127.0.0.1:9/hook' })
    const answer = await gateway.admin.call('DELETE', `/admin/devices/${device.id.toUpperCase()}`)
    assert.equal(answer.status, 200)
    await device.api.refuses('unauthorized', 'GET', '/devices/me')
    const pair = { device_id: device.id, device_secret: device.secret }
    await gateway.api.refuses('unauthorized', 'POST', '/devices/token', pair)
    const { query } = gateway.services.database
    for (const table of ['credential', 'webhook', 'event', 'message', 'send_intent', 'idempotency'] as const) {
      const rows = await query.selectFrom(table).selectAll().where('device_id', '=', device.id).execute()
      assert.deepEqual(rows, [], table)
    }
  })

  it('answers 404 for what is no device', async () => {
    for (const id of ['nonsense', '7b0e1f0e-30a5-4f0c-b0f2-0f3f5a1d2c3b']) {
      await gateway.admin.refuses('device_not_found', 'DELETE', `/admin/devices/${id}`)
    }
  })
})

describe('the operator’s routes', () => {
  it('refuse whoever has not the admin secret', async () => {
    const device = await gateway.createDevice()
    const { api } = await gateway.createKey()
    const routes = ['/admin/stats', '/admin/health', '/admin/devices']
    for (const path of routes) {
      for (const caller of [gateway.api, device.api, api]) await caller.refuses('unauthorized', 'GET', path)
    }
    await device.api.refuses('unauthorized', 'DELETE', `/admin/devices/${device.id}`)
    await device.api.get('/devices/me')
  })

  it('make an address wait that keeps guessing, and let the right secret through from there', async () => {
    const guessing = gateway.api.with({ 'x-admin-secret': 'a guess' })
    for (let guess = 0; guess < 20; guess++) await guessing.refuses('unauthorized', 'GET', '/admin/stats')
    const refused = await guessing.refuses('rate_limited', 'GET', '/admin/stats')
    assert.ok(Number(refused.headers.get('retry-after')) > 0)
    await gateway.api.refuses('unauthorized', 'GET', '/admin/stats')
    await gateway.admin.get('/admin/stats')
  })
})
