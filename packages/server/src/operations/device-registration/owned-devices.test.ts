import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

let gateway: TestGateway
before(async () => {
  gateway = await startTestGateway({ sandbox: true })
})
after(() => gateway.stop())

interface Page {
  readonly devices: readonly { readonly device_id: string; readonly device_name: string; readonly status: string }[]
  readonly next_cursor?: string
}

describe('GET /devices', () => {
  it("lists the key's own devices in pages, newest first, and no other's", async () => {
    const { key, api } = await gateway.createKey()
    await gateway.createDevice()
    const [first, second] = [await gateway.createDevice(key, 'first'), await gateway.createDevice(key, 'second')]
    const whole = await api.get<Page>('/devices')
    assert.deepEqual(new Set(whole.devices.map((device) => device.device_id)), new Set([first.id, second.id]))
    assert.equal(whole.next_cursor, undefined)
    const page = await api.get<Page>('/devices?limit=1')
    const rest = await api.get<Page>(`/devices?limit=1&cursor=${page.next_cursor}`)
    assert.deepEqual([...page.devices, ...rest.devices], whole.devices)
    assert.equal(rest.next_cursor, undefined)
    await api.refuses('invalid_request', 'GET', '/devices?cursor=nonsense')
    await api.refuses('invalid_request', 'GET', '/devices?limit=0')
  })

  it('refuses every other kind of credentials', async () => {
    const { api } = await gateway.createDevice()
    for (const caller of [gateway.api, gateway.admin, api]) await caller.refuses('unauthorized', 'GET', '/devices')
  })
})

describe('DELETE /devices/{device_id}', () => {
  it('unlinks the phone, refuses the token, and frees the place in the quota', async () => {
    const { key, api } = await gateway.createKey({ max_devices: 1 })
    const device = await gateway.linkDevice(undefined, await gateway.createDevice(key))
    await api.delete(`/devices/${device.id}`)
    await device.api.refuses('unauthorized', 'GET', '/devices/me')
    await until('the phone shows no device', () => device.phone.devices().length === 0)
    assert.deepEqual((await api.get<Page>('/devices')).devices, [])
    await api.refuses('device_not_found', 'DELETE', `/devices/${device.id}`)
    await gateway.createDevice(key)
  })

  it('finds no device of another key, and leaves it as it is', async () => {
    const { api } = await gateway.createKey()
    const device = await gateway.createDevice()
    for (const id of [device.id, 'no-uuid']) await api.refuses('device_not_found', 'DELETE', `/devices/${id}`)
    await device.api.get('/devices/me')
    await gateway.admin.refuses('unauthorized', 'DELETE', `/devices/${device.id}`)
    await device.api.refuses('unauthorized', 'DELETE', `/devices/${device.id}`)
  })
})
