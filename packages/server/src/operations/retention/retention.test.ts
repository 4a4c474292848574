import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { Upkeep } from '../../gateway/upkeep.ts'
import { createLogger } from '../../observe/logging.ts'
import type { ApiClient } from '../../testing/api-client.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { TestClock } from '../../testing/test-clock.ts'
import { until } from '../../testing/until.ts'
import { WebhookReceiver } from '../../testing/webhook-receiver.ts'

const dayMs = 24 * 60 * 60 * 1000

interface Retention {
  readonly days: Record<string, number>
  readonly own: Record<string, number | null>
}

describe('retention', { timeout: 120_000 }, () => {
  let gateway: TestGateway
  let receiver: WebhookReceiver
  let friend: Phone
  let key: { id: number; api: ApiClient; key: string }
  let device: TestDevice & { phone: Phone }
  let other: TestDevice & { phone: Phone }
  const clock = new TestClock()

  before(async () => {
    gateway = await startTestGateway({ sandbox: true, clock, environment: { SWITCHBOARD_EVENT_RETENTION_DAYS: '60' } })
    receiver = await WebhookReceiver.start()
    receiver.answer = () => 500
    friend = await gateway.phone('Friend')
    key = await gateway.createKey()
    device = await gateway.linkDevice(undefined, await gateway.createDevice(key.key))
    other = await gateway.linkDevice()
    for (const each of [device, other]) {
      await friend.send(each.phone.jid, { text: 'long ago' })
      await until('it arrives', async () => (await texts(each)).includes('long ago'))
    }
  })
  after(async () => {
    await gateway.stop()
    await receiver.stop()
  })

  const texts = async ({ api }: TestDevice) => {
    const { messages } = await api.get<{ messages: { text: string | null }[] }>(`/chats/${friend.jid}/messages`)
    return messages.map(({ text }) => text)
  }
  const stored = async ({ id }: TestDevice) => {
    const { query } = gateway.services.database
    const rows = await query.selectFrom('event').select('type').where('device_id', '=', id).execute()
    return rows.map(({ type }) => type)
  }
  const upkeep = () => new Upkeep({ ...gateway.services, log: createLogger(gateway.config) }).run()

  it('is what the server does for all until somebody says otherwise', async () => {
    const { days, own } = await key.api.get<Retention>('/retention')
    assert.deepEqual(days, { message_days: 0, media_days: 30, event_days: 60, delivery_days: 7, audit_days: 0 })
    assert.ok(Object.values(own).every((value) => value === null))
  })

  it('lets a customer keep less, and only the operator more', async () => {
    const changed = await key.api.patch<Retention>('/retention', { message_days: 10, event_days: 10 })
    assert.deepEqual([changed.days['message_days'], changed.own['media_days']], [10, null])
    await key.api.refuses('invalid_request', 'PATCH', '/retention', { event_days: 90 })
    await key.api.refuses('invalid_request', 'PATCH', '/retention', { event_days: 0 })
    await key.api.refuses('invalid_request', 'PATCH', '/retention', { audit_days: 1 })
    const operator = gateway.admin.with({ 'x-api-key-id': String(key.id) })
    const { days } = await operator.patch<Retention>('/retention', { audit_days: 10, media_days: 90 })
    assert.deepEqual([days['audit_days'], days['media_days'], days['message_days']], [10, 90, 10])
    const { entries } = await key.api.get<{ entries: { detail: string }[] }>('/audit?action=retention.')
    assert.deepEqual(
      entries.map(({ detail }) => detail),
      ['media 90, audit 10', 'messages 10, events 10'],
    )
  })

  it('says how much would go, and takes it, of that customer alone; what a webhook waits for and what waits to leave stays', async () => {
    await device.api.post('/webhooks', { url: receiver.url, events: ['message.received'] })
    await friend.send(device.phone.jid, { text: 'not delivered yet' })
    await until('it arrives', async () => (await texts(device)).includes('not delivered yet'))
    const send_at = new Date(clock.now() + 60 * dayMs)
    await device.api.post(`/chats/${friend.jid}/messages`, { text: 'much later', send_at })
    clock.pass(20 * dayMs)
    const { rows } = await key.api.get<{ rows: Record<string, number> }>('/retention/preview?message_days=5')
    assert.ok(rows['message_days']! >= 2 && rows['event_days']! >= 1 && rows['audit_days']! >= 1, JSON.stringify(rows))
    assert.deepEqual(
      (await key.api.get<{ rows: Record<string, number> }>('/retention/preview?message_days=0')).rows['message_days'],
      0,
    )
    assert.ok((await texts(device)).includes('long ago'), 'nothing is changed by asking')
    await upkeep()
    assert.deepEqual(await texts(device), [])
    const { query } = gateway.services.database
    const left = await query.selectFrom('message').select('text').where('device_id', '=', device.id).execute()
    assert.deepEqual(left, [{ text: 'much later' }])
    assert.ok((await texts(other)).includes('long ago'))
    // The one that the webhook did not take, and none of those before it.
    assert.deepEqual(await stored(device), ['message.received'])
    assert.ok((await stored(other)).length > 3)
    const { entries } = await key.api.get<{ entries: { action: string }[] }>('/audit')
    assert.deepEqual(entries.filter(({ action }) => action !== 'webhook.created').length, 0)
  })
})
