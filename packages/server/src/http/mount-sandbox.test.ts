import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Sandbox } from '@switchboard/sandbox'
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts'
import { testSecrets } from '../testing/test-secrets.ts'

const operator = { 'x-admin-secret': testSecrets.adminSecret }

describe('the control API of the world below /sandbox', () => {
  let sandbox: Sandbox
  let gateway: TestGateway
  before(async () => {
    sandbox = await Sandbox.start({ seed: 1, control: true })
    gateway = await startTestGateway({
      sandbox,
      environment: { SWITCHBOARD_SANDBOX_URL: `http://127.0.0.1:${sandbox.server.port}`, HTTP_BASE_URL: '/api' },
    })
  })
  after(async () => {
    await gateway.stop()
    await sandbox.stop()
  })

  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${gateway.api.url}/sandbox${path}`, { ...init, headers: { ...operator, ...init.headers } })

  it('makes phones, links them and shows them to the operator', async () => {
    const made = await ask('/phones', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ana' }),
    })
    assert.equal(made.status, 200)
    const { id } = (await made.json()) as { id: string }
    const device = await gateway.createDevice()
    const { qr_text: qr } = await device.api.post<{ qr_text: string }>('/devices/me/login')
    const scanned = await ask(`/phones/${id}/scan`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ qr }),
    })
    assert.equal(scanned.status, 200)
    await gateway.connected(device)
    const phones = await ask('/phones')
    assert.match(await phones.text(), new RegExp(id))
    assert.equal(phones.headers.get('cache-control'), 'no-store')
    assert.ok(phones.headers.get('x-request-id'))
  })

  it('streams the events of the world', async () => {
    const end = new AbortController()
    const answer = await ask('/events', { signal: end.signal, headers: { accept: 'text/event-stream' } })
    assert.equal(answer.status, 200)
    assert.match(answer.headers.get('content-type')!, /event-stream/)
    const reader = answer.body!.getReader()
    await sandbox.phone({ name: 'Bob' })
    const { value } = await reader.read()
    assert.ok(value!.length > 0)
    end.abort()
  })

  it('answers in its own words what is not there', async () => {
    assert.equal((await ask('/nonsense')).status, 404)
    assert.match(await (await ask('//example.com/')).text(), /there is no/)
  })

  it('is for the operator alone, and shows the world no credential', async () => {
    const device = await gateway.createDevice()
    const { api } = await gateway.createKey()
    for (const caller of [gateway.api, device.api, api]) await caller.refuses('unauthorized', 'GET', '/sandbox/phones')
    assert.doesNotMatch(JSON.stringify(sandbox.world.log.since(0)), new RegExp(testSecrets.adminSecret))
  })

  it('is not there without a sandbox', async () => {
    const real = await startTestGateway()
    try {
      await real.admin.refuses('not_found', 'GET', '/sandbox/phones')
    } finally {
      await real.stop()
    }
  })
})
