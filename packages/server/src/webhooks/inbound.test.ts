import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'
import { openReceiver, type Receiver } from './testing.ts'

describe('what a phone sends', () => {
  let gateway: TestGateway
  let receiver: Receiver
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    receiver = await openReceiver()
  })
  after(async () => {
    await gateway.stop()
    await receiver.close()
  })

  it('reaches the webhook with its content, each message once, in the order of the log', async () => {
    const device = await gateway.linkDevice()
    await device.api.post('/webhooks', { url: receiver.url, events: ['message.received', 'message.sent'] })
    const bob = await gateway.phone('Bob')
    const texts = ['one', 'two', 'three']
    for (const text of texts) await bob.send(device.phone.id, { text })
    const got = await receiver.waitFor(3)
    assert.deepEqual(
      got.map(({ body }) => [body.event_type, body.data.text, body.data.is_from_me, body.data.type]),
      texts.map((text) => ['message.received', text, false, 'text']),
    )
    const [first] = got
    assert.deepEqual([first!.body.data.chat, first!.body.data.push_name], [bob.jid, 'Bob'])
    assert.ok(Math.abs(first!.body.data.timestamp - Date.now() / 1000) < 60)
    const log = await device.api.get<{ events: { id: string }[] }>('/events?types=message.received')
    assert.deepEqual(
      log.events.map(({ id }) => id),
      got.map(({ body }) => body.id),
    )
    const sent = await device.api.post<{ message_id: string }>(`/chats/${bob.id}/messages`, { text: 'answer' })
    const [, , , fourth] = await receiver.waitFor(4)
    assert.deepEqual([fourth!.body.event_type, fourth!.body.data.message_id], ['message.sent', sent.message_id])
    await until('nothing more comes', async () => (await gateway.services.webhooks.totals()).deliveries.pending === 0)
    assert.equal(receiver.received.length, 4)
  })

  it('reaches the webhook although it fails at one message, which becomes a dead letter', async () => {
    const poisoned = await openReceiver()
    poisoned.answer = ({ raw }, response) => response.writeHead(raw.includes('poison') ? 500 : 200).end()
    const device = await gateway.linkDevice()
    const { webhook_id: id } = await device.api.post<{ webhook_id: number }>('/webhooks', {
      url: poisoned.url,
      events: ['message.received'],
    })
    const bob = await gateway.phone('Bob')
    for (const text of ['one', 'poison', 'after0', 'after1']) await bob.send(device.phone.id, { text })
    const got = await poisoned.waitFor(6)
    assert.deepEqual(
      got.map(({ body }) => body.data.text),
      ['one', 'poison', 'poison', 'poison', 'after0', 'after1'],
    )
    const dead = async () =>
      (await device.api.get<{ logs: Record<string, unknown>[] }>(`/webhooks/${id}/logs?status=failed`)).logs
    await until('it is a dead letter', async () => (await dead()).length === 1)
    const [letter] = await dead()
    assert.deepEqual([letter?.['event_id'], letter?.['last_error']], [got[1]!.body.id, 'HTTP 500'])
    await poisoned.close()
  })
})
