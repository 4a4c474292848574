import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { operations } from '../generated/operations.ts'
import { scopeOfOperation } from '../kit/operation-scopes.ts'
import type { RegisteredOperation } from '../kit/registered.ts'
import { scopes } from '../tenants/scopes.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'

/** Asks with a body that nothing takes: whoever is let in is told so, and nothing is done. */
const statusOf = async (gateway: TestGateway, { operation }: RegisteredOperation, headers: Record<string, string>) => {
  const { method } = operation
  const stop = new AbortController()
  // Nothing of this name is there, or could be.
  const path = operation.path.replaceAll(/\{\w+\}/g, '%20')
  const response = await fetch(`${gateway.api.url}${path}?no_such_field=1`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'GET' ? {} : { body: '{"nonsense":[[null]]}' }),
    signal: stop.signal,
  })
  const { error_code } = (await response.json()) as { error_code?: string }
  return { status: response.status, error: error_code }
}

describe('an access key', () => {
  let gateway: TestGateway
  let key: Awaited<ReturnType<TestGateway['createKey']>>
  let device: TestDevice
  before(async () => {
    gateway = await startTestGateway()
    key = await gateway.createKey()
    device = await gateway.createDevice(key.key)
  })
  after(() => gateway.stop())

  const make = async (fields: Record<string, unknown>) =>
    (await key.api.post<{ secret: string }>('/access-keys', { label: 'Of a test', ...fields })).secret

  const callable = operations.filter(({ operation }) => !['none', 'session'].includes(operation.auth))

  for (const scope of scopes) {
    it(`with the scope ${scope} alone reaches the operations of that scope, and is refused by every other one`, async () => {
      const secret = await make({ scopes: [scope] })
      let reached = 0
      for (const entry of callable) {
        const headers = { 'x-api-key': secret, 'x-device-id': device.id }
        const { status, error } = await statusOf(gateway, entry, headers)
        if (scopeOfOperation({ id: entry.id, ...entry.operation }) === scope) {
          assert.ok(![401, 403, 500].includes(status), `${entry.id} answered ${status} ${error}`)
          reached++
        } else assert.equal(error, 'forbidden_scope', `${entry.id} answered ${status} ${error}`)
      }
      assert.ok(reached > 2)
    })
  }

  it('of a device alone is that device, and never its API key or another device', async () => {
    const secret = await make({ scopes, device_id: device.id })
    const other = await gateway.createDevice(key.key)
    for (const entry of callable) {
      const { auth } = entry.operation
      const headers = { authorization: `Bearer ${secret}` }
      const own = await statusOf(gateway, entry, headers)
      if (scopeOfOperation({ id: entry.id, ...entry.operation }) === undefined || auth === 'api_key') {
        assert.equal(own.error, 'forbidden_scope', entry.id)
        continue
      }
      assert.ok(![401, 403, 500].includes(own.status), `${entry.id} answered ${own.status} ${own.error}`)
      const elsewhere = await statusOf(gateway, entry, { ...headers, 'x-device-id': other.id })
      assert.equal(elsewhere.error, 'device_not_found', entry.id)
    }
  })
})
