import assert from 'node:assert/strict'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import { type LogLine, startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'
import { WebhookReceiver } from '../testing/webhook-receiver.ts'

describe('the log of a gateway', () => {
  const lines: LogLine[] = []
  let gateway: TestGateway
  let device: TestDevice
  let receiver: WebhookReceiver

  before(async () => {
    gateway = await startTestGateway({
      sandbox: true,
      environment: { WEBHOOK_RETRY_LIMIT: '1' },
      hearLine: (line) => lines.push(line),
    })
    receiver = await WebhookReceiver.start()
    device = await gateway.createDevice()
  })
  after(async () => {
    await gateway.stop()
    await receiver.stop()
  })

  /** The one line of a message that is about the device, as soon as it is there; without what differs each time. */
  const line = async (msg: string): Promise<Record<string, unknown>> => {
    const found = () => lines.filter((each) => each.msg === msg && each['device'] === device.id)
    await until(`the log says "${msg}"`, () => found().length > 0)
    assert.equal(found().length, 1, msg)
    const { time, ms, device: _, ...rest } = found()[0]!
    assert.match(String(time), /^\d{4}-/)
    return rest
  }

  it('says that a device is claimed, linked and connected, and for which request', async () => {
    const phone = await gateway.phone('Owner')
    const requestId = 'this-login'
    const login = await device.api
      .with({ 'x-request-id': requestId })
      .post<{ qr_text: string }>('/devices/me/login?output=json')
    await phone.scan(login.qr_text)
    await gateway.connected(device)
    const claimed = await line('this gateway works with the device')
    assert.deepEqual([claimed['level'], claimed['epoch'], claimed['requestId']], ['info', 1, requestId])
    const linked = await line('the device is linked')
    assert.equal(linked['requestId'], requestId)
    assert.equal(linked['account'], `***${phone.id.slice(-4)}:1@s.whatsapp.net`)
    assert.equal((await line('the device is connected'))['part'], 'sessions')
  })

  it('says what was asked, by whom, and what came of it', async () => {
    const friend = await gateway.phone('Friend')
    const api = device.api.with({ 'x-request-id': 'this-send' })
    await api.post(`/chats/${friend.id}/messages`, { text: 'hello' })
    await api.with({ 'x-request-id': 'this-refusal' }).refuses('message_not_found', 'GET', '/messages/NONE')
    await gateway.admin.with({ 'x-request-id': 'this-admin' }).get(`/admin/devices/status`)
    await gateway.api.call('GET', '/no/such/5511988887777')
    const answered = (requestId: string) => {
      const { time, ms, ...rest } = lines.find((each) => each['requestId'] === requestId && each.msg === 'answered')!
      assert.ok(Number.isInteger(ms))
      return rest
    }
    const common = { level: 'info', part: 'http', msg: 'answered', address: '127.0.0.1' }
    const caller = { kind: 'device', id: device.id }
    await until('the lines are there', () => lines.some((each) => each['route'] === 'none'))
    assert.deepEqual(answered('this-send'), {
      ...common,
      ...{ requestId: 'this-send', method: 'POST', route: '/chats/:chat_jid/messages', status: 200 },
      ...{ caller, device: device.id },
    })
    assert.deepEqual(answered('this-refusal'), {
      ...common,
      ...{ requestId: 'this-refusal', method: 'GET', route: '/messages/:message_id', status: 404 },
      ...{ caller, device: device.id, error: 'message_not_found' },
    })
    assert.deepEqual(answered('this-admin')['caller'], { kind: 'admin' })
    const missing = lines.find((each) => each['route'] === 'none')!
    assert.deepEqual([missing['caller'], missing['error']], [{ kind: 'none' }, 'not_found'])
    const health = lines.length
    await gateway.api.get('/healthz')
    assert.deepEqual(lines.slice(health), [], 'a probe that is well is not worth a line')
  })

  it('says that a webhook fails, what it refused for good, and that it works again', async () => {
    receiver.answer = ({ body }) => (body.event_type === 'test.ping' ? 400 : 204)
    const url = `${receiver.url}?token=hunter2`
    const { webhook_id: webhook } = await device.api.post<{ webhook_id: number }>('/webhooks', { url })
    await device.api.post(`/webhooks/${webhook}/test`)
    const host = new URL(url).host
    const failure = { part: 'webhooks', webhook, host, type: 'test.ping', status: 400, error: 'HTTP 400' }
    const { event, requestId, ...failing } = await line('the webhook fails')
    assert.deepEqual(failing, { level: 'warn', msg: 'the webhook fails', ...failure })
    const { requestId: _, ...dead } = await line('the event became a dead letter')
    const facts = { level: 'warn', msg: 'the event became a dead letter', ...failure, event, attempts: 1 }
    assert.deepEqual(dead, facts)
    receiver.answer = () => 204
    await device.api.post(`/webhooks/${webhook}/dead-letters/redeliver`)
    const again = await line('the webhook works again')
    assert.deepEqual([again['level'], again['webhook']], ['info', webhook])
    assert.ok(!JSON.stringify(lines).includes('hunter2'))
  })

  it('says that WhatsApp bans the account, and until when', async () => {
    const jid = gateway.services.sessions.account(device.id)!.jid
    gateway.sandbox!.fault.apply({ device: jid, action: { kind: 'temporary-ban', seconds: 3600 } })
    const banned = await line('WhatsApp has banned this account')
    assert.deepEqual([banned['level'], banned['next']], ['warn', 'reconnect'])
  })

  it('says that the device is logged out', async () => {
    await device.api.with({ 'x-request-id': 'this-logout' }).delete('/devices/me/session')
    const ended = await line('the device was logged out: it must be linked again')
    assert.deepEqual([ended['level'], ended['detail'], ended['requestId']], ['info', 'requested', 'this-logout'])
  })

  it('says that the database takes no changes, and that it takes them again', async () => {
    const said = (msg: string) => lines.filter((each) => each.msg === msg)
    const { id } = await device.api.post<{ id: number }>('/webhooks', { url: receiver.url, active: false })
    const change = () => device.api.call('PATCH', `/webhooks/${id}`, { active: false })
    const other = new DatabaseSync(path.join(gateway.dataDir, 'switchboard.db'), { timeout: 60_000 })
    other.exec('begin immediate')
    await until('it is said', async () => {
      await change()
      return said('the database takes no changes').length > 0
    })
    other.exec('rollback')
    other.close()
    await until('it works again', async () => {
      await change()
      return said('the database takes changes again').length > 0
    })
    const [failing] = said('the database takes no changes')
    assert.deepEqual([failing?.level, typeof failing?.['reason']], ['error', 'string'])
    assert.equal(said('the database takes no changes').length, 1)
    assert.equal(said('the database takes changes again').length, 1)
  })

  it('says who has the database, and that it drains', async () => {
    assert.ok(lines.some(({ msg, database }) => msg === 'this gateway has the database' && database === 'sqlite'))
    await gateway.halt()
    assert.ok(lines.some(({ msg }) => msg.startsWith('draining')))
    assert.equal(lines.at(-1)?.msg, 'drained')
  })
})
