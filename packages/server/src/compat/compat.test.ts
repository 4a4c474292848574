import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { operations } from '../generated/operations.ts'
import { scopeOfOperation } from '../kit/operation-scopes.ts'
import { scopes } from '../tenants/scopes.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import type { CompatCall, CompatFamily } from './define-call.ts'
import { evolution } from './evolution/evolution.ts'
import { waha } from './waha/waha.ts'

const guide = readFileSync(path.join(import.meta.dirname, '../../../../docs/guide/compatibility.md'), 'utf8')

const families = [waha, evolution]
const calls = families.flatMap((family) => family.calls.map((call) => ({ family, call })))

const headersFor = (family: CompatFamily, key: string) => ({
  [family === waha ? 'x-api-key' : 'apikey']: key,
  'content-type': 'application/json',
})

describe('the calls of other products', () => {
  let gateway: TestGateway
  let device: TestDevice
  let key: Awaited<ReturnType<TestGateway['createKey']>>
  before(async () => {
    gateway = await startTestGateway({ environment: { SWITCHBOARD_COMPAT: 'waha, Evolution' } })
    key = await gateway.createKey()
    device = await gateway.createDevice(key.key, 'mine')
  })
  after(() => gateway.stop())

  const ask = async (family: CompatFamily, { method, path: place }: CompatCall, credential: string) => {
    // Nothing of this name is there, and no body is whole.
    const url = `${gateway.api.url}${place.replaceAll(/\{\w+\}/g, 'nobody')}?session=nobody`
    const body = method === 'GET' ? {} : { body: '{"name":"","instanceName":""}' }
    const response = await fetch(url, { method, headers: headersFor(family, credential), ...body })
    const answer = (await response.json().catch(() => undefined)) as { error_code?: string } | undefined
    return { status: response.status, error: answer?.error_code }
  }

  it('ask operations that exist', () => {
    const known = new Set(operations.map(({ id }) => id))
    for (const { call } of calls) for (const id of call.asks) assert.ok(known.has(id), `${call.path} asks ${id}`)
  })

  it('let in nobody without a credential', async () => {
    for (const { family, call } of calls) {
      const { status } = await ask(family, call, 'wam_0000')
      assert.equal(status, 401, `${call.method} ${call.path}`)
    }
  })

  for (const scope of scopes) {
    it(`let an access key with the scope ${scope} alone use those of that scope`, async () => {
      const made = { label: 'Of a test', scopes: [scope] }
      const { secret } = await key.api.post<{ secret: string }>('/access-keys', made)
      for (const { family, call } of calls) {
        const { operation } = operations.find(({ id }) => id === call.asks[0])!
        const needed = scopeOfOperation({ id: call.asks[0], ...operation })
        const { status, error } = await ask(family, call, secret)
        const told = `${call.method} ${call.path} answered ${status} ${error}`
        if (needed === scope) assert.ok(![401, 403, 500].includes(status), told)
        else assert.equal(error, 'forbidden_scope', told)
      }
    })
  }

  it('ask of an access key what each operation on the way needs', async () => {
    const made = { label: 'Of a test', scopes: ['admin'], device_id: device.id }
    const { secret } = await key.api.post<{ secret: string }>('/access-keys', made)
    const headers = headersFor(waha, secret)
    // Starting needs no more than admin, and what is shown after it the right to read.
    const answer = await fetch(`${gateway.api.url}/api/sessions/mine/start`, { method: 'POST', headers })
    assert.equal(answer.status, 403)
  })

  it('let nobody around a send policy', async () => {
    await key.api.with({ 'x-device-id': device.id }).post('/devices/me/send-policy', { mode: 'approve' })
    const send = { session: 'mine', chatId: '4917012345678@c.us', text: 'Around' }
    const headers = headersFor(waha, device.token)
    const request = { method: 'POST', headers, body: JSON.stringify(send) }
    const answer = await fetch(`${gateway.api.url}/api/sendText`, request)
    assert.equal(((await answer.json()) as { error_code: string }).error_code, 'policy_forbids')
  })

  it('count towards the limit of requests once', async () => {
    const few = await gateway.createKey({ rate_limit_per_hour: 2 })
    const count = async () => {
      const answer = await fetch(`${gateway.api.url}/api/sessions`, { headers: headersFor(waha, few.key) })
      return answer.status
    }
    assert.deepEqual([await count(), await count(), await count()], [200, 200, 429])
  })

  it('are all in the guide', () => {
    for (const { call } of calls)
      assert.ok(guide.includes(`\`${call.method} ${call.path}\``), `${call.method} ${call.path}`)
  })

  it('are not there unless they are switched on', async () => {
    const plain = await startTestGateway()
    for (const { call } of calls) {
      const url = `${plain.api.url}${call.path.replaceAll(/\{\w+\}/g, 'nobody')}`
      assert.equal((await fetch(url, { method: call.method })).status, 404, call.path)
    }
    await plain.stop()
  })
})
