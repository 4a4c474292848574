import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'
import { TestClock } from '../../testing/test-clock.ts'

let gateway: TestGateway
const clock = new TestClock()
before(async () => {
  gateway = await startTestGateway({ clock })
})
after(() => gateway.stop())

describe('POST /devices/token', () => {
  it('answers a new token and ends the old one, also over a restart', async () => {
    const device = await gateway.createDevice()
    const pair = { device_id: device.id, device_secret: device.secret }
    const { token, device_id } = await gateway.api.post<Record<string, string>>('/devices/token', pair)
    assert.equal(device_id, device.id)
    await device.api.refuses('unauthorized', 'GET', '/devices/me')
    await gateway.deviceWith(device.id, device.secret, token!).api.get('/devices/me')
    await gateway.restart()
    const old = gateway.deviceWith(device.id, device.secret, device.token)
    await old.api.refuses('unauthorized', 'GET', '/devices/me')
    await gateway.deviceWith(device.id, device.secret, token!).api.get('/devices/me')
  })

  it('refuses a pair that does not match, and leaves the token alone', async () => {
    clock.pass(60_000)
    const [device, other] = [await gateway.createDevice(), await gateway.createDevice()]
    const wrong = [
      { device_id: device.id, device_secret: other.secret },
      { device_id: 'nonsense', device_secret: device.secret },
      { device_id: '7b0e1f0e-30a5-4f0c-b0f2-0f3f5a1d2c3b', device_secret: device.secret },
    ]
    for (const body of wrong) await gateway.api.refuses('unauthorized', 'POST', '/devices/token', body)
    const malformed = [undefined, {}, { device_id: device.id }, { device_id: device.id, device_secret: ' ' }]
    for (const body of [...malformed, { device_id: 7, device_secret: device.secret }]) {
      await gateway.api.refuses('invalid_request', 'POST', '/devices/token', body)
    }
    await device.api.get('/devices/me')
  })

  it('allows ten wrong pairs a minute and address, tells how many are left, and still takes the right one', async () => {
    clock.pass(60_000)
    const device = await gateway.createDevice()
    const body = { device_id: device.id, device_secret: 'wrong' }
    for (let left = 9; left >= 0; left--) {
      const answer = await gateway.api.refuses('unauthorized', 'POST', '/devices/token', body)
      assert.equal(answer.headers.get('x-ratelimit-limit'), '10')
      assert.equal(answer.headers.get('x-ratelimit-remaining'), String(left))
      assert.ok(Number(answer.headers.get('x-ratelimit-reset')) <= 60)
    }
    const pair = { device_id: device.id, device_secret: device.secret }
    const refused = await gateway.api.refuses('rate_limited', 'POST', '/devices/token', body)
    assert.equal(refused.headers.get('x-ratelimit-remaining'), '0')
    assert.ok(Number(refused.headers.get('retry-after')) > 0)
    const made = await gateway.api.call('POST', '/devices/token', pair)
    assert.deepEqual([made.status, made.headers.get('x-ratelimit-remaining')], [200, '9'])
    // Setting the clock back does not make the minute longer.
    clock.set(-3_600_000)
    clock.pass(60_000)
    await gateway.api.refuses('unauthorized', 'POST', '/devices/token', body)
  })
})
