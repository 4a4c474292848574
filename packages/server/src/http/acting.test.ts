import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openApiDocument } from '../docs-page/openapi-document.ts'
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts'
import { StreamClient } from '../testing/stream-client.ts'
import { TestClock } from '../testing/test-clock.ts'
import { until } from '../testing/until.ts'

const clock = new TestClock()
let gateway: TestGateway
before(async () => {
  gateway = await startTestGateway({ sandbox: true, clock })
})
after(() => gateway.stop())

const audited = async (target: string) => {
  const { query } = gateway.services.database
  const rows = query.selectFrom('audit').select(['actor', 'action']).where('target', '=', target)
  return (await rows.orderBy('id').execute()).filter(({ action }) => action.endsWith('acted_for'))
}

describe('a request for somebody else', () => {
  it('sends from a device of the API key, and the key needs no token for it', async () => {
    const key = await gateway.createKey()
    const device = await gateway.linkDevice(undefined, await gateway.createDevice(key.key))
    const friend = await gateway.phone('Friend')
    const acting = key.api.with({ 'x-device-id': device.id.toUpperCase() })
    await acting.post(`/chats/${friend.id}/messages`, { text: 'from the key' })
    await friend.until.message(({ text }) => text === 'from the key')
    assert.equal((await acting.get<{ device_id: string }>('/devices/me')).device_id, device.id)
    assert.deepEqual(await audited(device.id), [])
  })

  it('sends from any device for the operator, which the audit notes once an hour', async () => {
    const device = await gateway.linkDevice()
    const friend = await gateway.phone('Friend')
    const acting = gateway.admin.with({ 'x-device-id': device.id })
    await Promise.all([acting.get('/devices/me'), acting.get('/devices/me/status')])
    await acting.post(`/chats/${friend.id}/messages`, { text: 'from the operator' })
    await friend.until.message(({ text }) => text === 'from the operator')
    assert.deepEqual(await audited(device.id), [{ actor: 'admin', action: 'device.acted_for' }])
    clock.pass(3_600_001)
    await acting.get('/devices/me')
    await acting.get('/devices/me')
    assert.equal((await audited(device.id)).length, 2)
  })

  it('creates devices of an API key and reads the events of all of them for the operator', async () => {
    const key = await gateway.createKey()
    const acting = gateway.admin.with({ 'x-api-key-id': String(key.id) })
    const { device_id: id } = await acting.post<{ device_id: string }>('/devices', { device_name: 'Of the operator' })
    assert.deepEqual(
      (await key.api.get<{ devices: { device_id: string }[] }>('/devices')).devices.map(({ device_id }) => device_id),
      [id],
    )
    await gateway.services.eventLog.append(id, [{ type: 'message.read', payload: {} }])
    const { events } = await acting.get<{ events: { device_id: string }[] }>('/events')
    assert.deepEqual(new Set(events.map(({ device_id }) => device_id)), new Set([id]))
    assert.deepEqual(await audited(String(key.id)), [{ actor: 'admin', action: 'api_key.acted_for' }])
  })

  it('is about the device alone where a device and its key could both be meant', async () => {
    const key = await gateway.createKey()
    const device = await gateway.createDevice(key.key)
    await key.api.post('/webhooks', { url: 'http://127.0.0.1:9/key' })
    await device.api.post('/webhooks', { url: 'http://127.0.0.1:9/device' })
    const hooks = (headers: Record<string, string>) =>
      gateway.api.with(headers).get<{ webhooks: { url: string }[] }>('/webhooks')
    const own = { 'x-device-id': device.id }
    for (const by of [{ 'x-api-key': key.key }, gateway.admin.headers]) {
      assert.deepEqual(
        (await hooks({ ...by, ...own })).webhooks.map(({ url }) => url),
        ['http://127.0.0.1:9/device'],
      )
    }
    const ofKey = { ...gateway.admin.headers, 'x-api-key-id': String(key.id) }
    assert.deepEqual(
      (await hooks(ofKey)).webhooks.map(({ url }) => url),
      ['http://127.0.0.1:9/key'],
    )
  })

  it('takes the narrowest credential, right or wrong', async () => {
    const device = await gateway.createDevice()
    const other = await gateway.createKey()
    const admin = gateway.admin.with({ 'x-device-id': device.id })
    await admin.get('/devices/me')
    await admin.with({ 'x-api-key': other.key }).refuses('device_not_found', 'GET', '/devices/me')
    await admin.with({ authorization: 'Bearer x.y.z' }).refuses('unauthorized', 'GET', '/devices/me')
  })

  it('counts towards the hour of the API key', async () => {
    const key = await gateway.createKey({ rate_limit_per_hour: 3 })
    const device = await gateway.createDevice(key.key)
    await key.api.with({ 'x-device-id': device.id }).get('/devices/me')
    const acting = gateway.admin.with({ 'x-device-id': device.id })
    await acting.get('/devices/me')
    await acting.refuses('rate_limited', 'GET', '/devices/me')
  })

  it('hands on a ticket that ends with the credential of whoever asked for it', async () => {
    const key = await gateway.createKey()
    const device = await gateway.createDevice(key.key)
    const ticketOf = async (headers: Record<string, string>) =>
      (await gateway.api.with(headers).post<{ ticket: string }>('/events/tickets', {})).ticket
    const own = { 'x-device-id': device.id }
    await gateway.services.eventLog.append(device.id, [{ type: 'message.read', payload: {} }])
    const opened = await ticketOf({ ...gateway.admin.headers, ...own })
    const stream = await StreamClient.open(`${gateway.api.url}/events/stream?ticket=${opened}&after=0`)
    assert.equal((await stream.take(1))[0]?.data.device_id, device.id)
    stream.leave()
    const late = await ticketOf({ 'x-api-key': key.key, ...own })
    await gateway.admin.post(`/admin/api-keys/${key.id}/rotate`)
    await gateway.api.refuses('unauthorized', 'GET', `/events/stream?ticket=${late}`)
  })

  it('ends when the device does', async () => {
    const key = await gateway.createKey()
    const device = await gateway.createDevice(key.key)
    const acting = key.api.with({ 'x-device-id': device.id })
    await acting.get('/devices/me')
    await key.api.delete(`/devices/${device.id}`)
    await acting.refuses('device_not_found', 'GET', '/devices/me')
    await until('the switched off key acts no more', async () => {
      await gateway.admin.patch(`/admin/api-keys/${key.id}`, { is_active: false })
      return (await key.api.call('GET', '/devices')).status === 401
    })
  })

  it('is described on every operation that somebody may call for somebody else', () => {
    const document = openApiDocument('')
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, { security = [], parameters = [] }] of Object.entries(methods)) {
        const schemes = security.flatMap((each) => Object.keys(each))
        const others = schemes.includes('api_key')
        assert.equal(JSON.stringify(parameters).includes('Target"'), others, `${method} ${path}`)
        assert.equal(schemes.includes('admin'), schemes.length > 1, `${method} ${path}`)
      }
    }
  })
})
