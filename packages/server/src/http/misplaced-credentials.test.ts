import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'

describe('a credential in the header of another kind', () => {
  let gateway: TestGateway
  let key: string
  let device: TestDevice
  before(async () => {
    gateway = await startTestGateway()
    ;({ key } = await gateway.createKey())
    device = await gateway.createDevice(key)
  })
  after(() => gateway.stop())

  /** What is said of a request with these headers. */
  const said = async (path: string, headers: Record<string, string>) => {
    const { status, body } = await gateway.api.with(headers).call('GET', path)
    return [status, body.message]
  }
  const asToken = [401, 'An API key is sent as X-API-Key: wam_…, and not as Authorization']
  const asKey = [401, 'A device token is sent as Authorization: Bearer …, and not as X-API-Key']

  it('is named, whatever the route takes, and whether it counts or not', async () => {
    const unknown = `wam_${'0'.repeat(28)}`
    for (const path of ['/devices', '/devices/me', '/events']) {
      for (const text of [key, unknown]) {
        assert.deepEqual(await said(path, { authorization: `Bearer ${text}` }), asToken, path)
        assert.deepEqual(await said(path, { authorization: text }), asToken, path)
      }
      for (const text of [device.token, `Bearer ${device.token}`, 'a.b.c']) {
        assert.deepEqual(await said(path, { 'x-api-key': text }), asKey, path)
      }
    }
  })

  it('does no harm behind one that counts', async () => {
    const headers = { 'x-admin-secret': gateway.admin.headers['x-admin-secret']!, authorization: `Bearer ${key}` }
    assert.equal((await said('/admin/api-keys', headers))[0], 200)
    assert.equal((await said('/devices', { 'x-api-key': key, authorization: `Bearer ${device.token}` }))[0], 200)
  })

  it('is not what is wrong with an address that nobody serves', async () => {
    assert.deepEqual(await said('/nowhere?with=a', {}), [404, 'There is no GET /nowhere here'])
  })
})
