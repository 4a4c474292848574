import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { ApiClient } from '../testing/api-client.ts'
import { GatewayProcesses } from '../testing/gateway-process.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { TestClock } from '../testing/test-clock.ts'
import { until } from '../testing/until.ts'

interface Sent {
  readonly message_id: string
  readonly status: string
  readonly send_at?: string
}

interface Waiting {
  readonly messages: readonly { message_id: string; status: string; text: string; send_at: string | null }[]
  readonly next_cursor?: string
}

const hourMs = 3_600_000
const textsOf = (phone: Phone) => phone.messages().map(({ text }) => text)

describe('a scheduled send', () => {
  const clock = new TestClock()
  let gateway: TestGateway
  let device: TestDevice
  let bob: Phone

  before(async () => {
    gateway = await startTestGateway({ sandbox: true, clock })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
  })
  after(() => gateway.stop())

  const within = (ms: number) => new Date(clock.now() + ms).toISOString()
  const say = (text: string, more: object = {}) =>
    device.api.call<Sent>('POST', `/chats/${bob.id}/messages`, { text, ...more })
  const sayLater = async (text: string, ms: number) => (await say(text, { send_at: within(ms) })).body.data
  const waiting = (query = '') => device.api.get<Waiting>(`/messages${query}`)
  const statusOf = async (id: string) => (await device.api.get<{ status: string }>(`/messages/${id}`)).status
  const again = async () => {
    device = gateway.deviceWith(device.id, device.secret, device.token)
    await gateway.connected(device)
  }

  it('is answered with 202, waits where it can be seen, and leaves once at its time, whatever offset named it', async () => {
    const at = new Date(Math.ceil((clock.now() + 1500) / 1000) * 1000)
    // The same instant, as a clock three hours behind UTC shows it.
    const local = new Date(at.getTime() - 3 * hourMs).toISOString().replace('.000Z', '-03:00')
    const { status, body } = await say('at its time', { send_at: local })
    assert.deepEqual([status, body.data.status, body.data.send_at], [202, 'scheduled', at.toISOString()])
    const { message_id: id } = body.data
    const [first] = (await waiting('?state=scheduled')).messages
    assert.deepEqual([first?.message_id, first?.text, first?.send_at], [id, 'at its time', at.toISOString()])
    const before = await device.api.get<{ messages: { message_id: string }[] }>(`/chats/${bob.id}/messages`)
    assert.ok(!before.messages.some(({ message_id }) => message_id === id), 'it was not said yet')
    const seen = await bob.until.message(({ text }) => text === 'at its time')
    assert.equal(seen.id, id)
    assert.ok(clock.now() >= at.getTime(), 'it did not leave early')
    await until('it is listed', async () => {
      const { messages } = await device.api.get<{ messages: { message_id: string }[] }>(`/chats/${bob.id}/messages`)
      return messages.some(({ message_id }) => message_id === id)
    })
    // The phone shows it before the acknowledgement is stored.
    await until('nothing waits', async () => (await waiting()).messages.length === 0)
  })

  it('keeps nothing waiting that is sent meanwhile, and is the same message under its key', async () => {
    const keyed = device.api.with({ 'idempotency-key': 'later-once' })
    const body = { text: 'later', send_at: within(hourMs) }
    const first = await keyed.call<Sent>('POST', `/chats/${bob.id}/messages`, body)
    const second = await keyed.call<Sent>('POST', `/chats/${bob.id}/messages`, body)
    assert.equal(second.body.data.message_id, first.body.data.message_id)
    assert.equal((await say('now')).body.data.status, 'sent')
    await device.api.post(`/messages/${first.body.data.message_id}/cancel`)
    assert.equal(await statusOf(first.body.data.message_id), 'cancelled')
    await device.api.refuses('message_not_scheduled', 'PATCH', `/messages/${first.body.data.message_id}/schedule`, {
      send_at: within(hourMs),
    })
  })

  it('is listed in the order of the times, page by page, and gets another time', async () => {
    const ids: string[] = []
    for (const hours of [3, 1, 2]) ids.push((await sayLater(`in ${hours} hours`, hours * hourMs)).message_id)
    const first = await waiting('?limit=2')
    const second = await waiting(`?limit=2&cursor=${first.next_cursor}`)
    const texts = [...first.messages, ...second.messages].map(({ text }) => text)
    assert.deepEqual(texts, ['in 1 hours', 'in 2 hours', 'in 3 hours'])
    assert.equal(second.next_cursor, undefined)
    await device.api.patch(`/messages/${ids[0]}/schedule`, { send_at: within(300) })
    await bob.until.message(({ text }) => text === 'in 3 hours')
    for (const id of ids.slice(1)) await device.api.post(`/messages/${id}/cancel`)
  })

  it('that was due while the server was down leaves late, and once', async () => {
    await sayLater('while away', hourMs)
    await sayLater('not yet', 48 * hourMs)
    await gateway.halt()
    clock.pass(26 * hourMs)
    await gateway.start()
    await again()
    await bob.until.message(({ text }) => text === 'while away')
    await gateway.restart()
    await again()
    assert.equal((await say('after it')).body.data.status, 'sent')
    assert.equal(textsOf(bob).filter((text) => text === 'while away').length, 1)
    const [left] = (await waiting()).messages
    assert.deepEqual([left?.text, left?.status], ['not yet', 'scheduled'])
  })

  it('fails when the link is removed meanwhile', async () => {
    const other = await gateway.linkDevice()
    const { message_id: id } = await other.api.post<Sent>(`/chats/${bob.id}/messages`, {
      text: 'never',
      send_at: within(hourMs),
    })
    await other.api.delete('/devices/me/session')
    await until('it failed', async () => {
      const { status } = await other.api.get<{ status: string }>(`/messages/${id}`)
      return status === 'failed'
    })
  })

  it('needs an instant to come, with an offset', async () => {
    const local = new Date(clock.now() + hourMs).toISOString().slice(0, 19)
    for (const send_at of [local, 'tomorrow', '2030-13-01T00:00:00Z', within(-1000), within(400 * 24 * hourMs), 5]) {
      const { status, body } = await say('x', { send_at })
      assert.deepEqual([status, body.error_code], [400, 'invalid_request'], String(send_at))
    }
  })
})

describe('a scheduled send of a process that is killed over its time', () => {
  const processes = new GatewayProcesses()
  let sandbox: Sandbox
  before(async () => {
    sandbox = await Sandbox.start({ seed: 15, control: true })
  })
  after(async () => {
    await processes.end()
    await sandbox.stop()
  })

  it('leaves late, and once', async () => {
    const environment = {
      SWITCHBOARD_SANDBOX_URL: sandbox.origin,
      TZ: 'Asia/Kolkata',
      WHATSAPP_AUTO_PRESENCE_ENABLED: 'false',
    }
    const [ana, bob] = [await sandbox.phone({ name: 'Ana' }), await sandbox.phone({ name: 'Bob' })]
    const first = processes.run(environment)
    const url = await first.listening()
    const secret = readFileSync(path.join(first.cwd, 'data/secrets/admin-secret'), 'utf8').trim()
    const admin = new ApiClient(url, { 'x-admin-secret': secret })
    const { api_key } = await admin.post<{ api_key: string }>('/admin/api-keys', {
      customer_name: 'Test',
      max_devices: 1,
    })
    const created = await new ApiClient(url, { 'x-api-key': api_key }).post<{ device_id: string; token: string }>(
      '/devices',
      {
        device_name: 'Test',
      },
    )
    const headers = { authorization: `Bearer ${created.token}` }
    const api = new ApiClient(url, headers)
    const login = await api.post<{ qr_text: string }>('/devices/me/login?output=json')
    await ana.scan(login.qr_text)
    const isConnected = async (client: ApiClient) =>
      (await client.get<{ connected: boolean }>('/devices/me/status')).connected
    await until('it is linked', () => isConnected(api))
    const at = Date.now() + 1000
    const { message_id: id } = await api.post<Sent>(`/chats/${bob.id}/messages`, {
      text: 'over the kill',
      send_at: new Date(at).toISOString(),
    })
    first.child.kill('SIGKILL')
    await first.ended
    await until('its time has passed', () => Date.now() > at)
    const second = processes.run(environment, first.cwd)
    const after = new ApiClient(await second.listening(), headers)
    const seen = await bob.until.message(({ text }) => text === 'over the kill')
    assert.equal(seen.id, id)
    await until(
      'it is sent',
      async () => (await after.get<{ status: string }>(`/messages/${id}`)).status === 'delivered',
    )
    second.child.kill('SIGKILL')
    await second.ended
    const third = processes.run(environment, first.cwd)
    const last = new ApiClient(await third.listening(), headers)
    await until('it is connected', () => isConnected(last))
    await last.post(`/chats/${bob.id}/messages`, { text: 'the next one' })
    await bob.until.message(({ text }) => text === 'the next one')
    assert.equal(textsOf(bob).filter((text) => text === 'over the kill').length, 1)
  })
})
