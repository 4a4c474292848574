import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

describe('devices of one API key that wait to be linked', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, environment: { SWITCHBOARD_PAIRINGS_PER_KEY: '3' } })
  })
  after(() => gateway.stop())

  const login = (device: { api: TestGateway['api'] }) =>
    device.api.call<{ qr_text: string }>('POST', '/devices/me/login')
  const pairing = () => gateway.services.sessions.counts()['pairing'] ?? 0

  it('are so many at once and no more, also when all ask at the same moment; each may ask again', async () => {
    const { key } = await gateway.createKey()
    const devices = await Promise.all(Array.from({ length: 12 }, () => gateway.createDevice(key)))
    const answers = await Promise.all(devices.map(login))
    const taken = devices.filter((_, n) => answers[n]!.status === 200)
    assert.equal(taken.length, 3)
    assert.equal(pairing(), 3)
    for (const { status, body, headers } of answers.filter((each) => each.status !== 200)) {
      assert.deepEqual([status, body.error_code], [429, 'too_many_pairings'])
      const seconds = Number(headers.get('retry-after'))
      assert.ok(seconds >= 1 && seconds <= 160, String(seconds))
    }
    for (const device of taken) assert.equal((await login(device)).status, 200)
    const other = await gateway.createDevice()
    assert.equal((await login(other)).status, 200, 'another key has places of its own')
  })

  it('make room for the next when a phone has scanned, and when one is given up', async () => {
    const { key } = await gateway.createKey()
    const devices = await Promise.all(Array.from({ length: 5 }, () => gateway.createDevice(key)))
    const [first, second, , fourth, fifth] = devices
    const codes = await Promise.all(devices.slice(0, 3).map(login))
    assert.equal((await login(fourth!)).status, 429)
    await (await gateway.phone('Ana')).scan(codes[0]!.body.data.qr_text)
    await gateway.connected(first!)
    assert.equal((await login(fourth!)).status, 200)
    assert.equal((await login(fifth!)).status, 429)
    await gateway.admin.call('DELETE', `/admin/devices/${second!.id}`)
    await until('it is gone', async () => (await login(fifth!)).status === 200)
  })
})
