import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

type Fields = Record<string, unknown>

describe('messageActions.respondToEvent', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  let group: string
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    group = (await bob.groups.create({ subject: 'Team', participants: [device.phone.jid], addressing: 'lid' })).jid
  })
  after(() => gateway.stop())

  const told = (id: string) =>
    until(`message ${id} is told`, async () => {
      const { events } = await device.api.get<{ events: { data: Fields }[] }>(
        '/events?types=message.received&limit=1000',
      )
      return events.map(({ data }) => data).find((data) => data['message_id'] === id)
    })
  const respond = (id: string, chat: string, body: Fields) =>
    device.api.post<Fields>(`/messages/${id}/event-response`, { chat_jid: chat, ...body })
  const answers = (phone: Phone, id: string) => phone.messages().find((entry) => entry.id === id)?.eventResponses

  it('shows the answer on every phone, and a later one in its place, alone and in a group', async () => {
    for (const chat of [bob.id, group]) {
      const to = chat === bob.id ? device.phone.jid : group
      const { id } = await bob.send(to, { event: { name: 'Picnic', start_time: 1_900_000_000, extra_guests: true } })
      await told(id)
      const sent = await respond(id, chat, { response: 'going', extra_guests: 2 })
      assert.deepEqual([sent['type'], sent['status']], ['event_response', 'sent'])
      const own = device.phone.jid
      for (const phone of [bob, device.phone]) {
        await phone.until.message((entry) => entry.id === sent['message_id'])
        assert.deepEqual(answers(phone, id)?.[own], { response: 'going', extra_guests: 2 })
      }
      const stored = await device.api.get<Fields>(`/messages/${sent['message_id']}`)
      assert.deepEqual(
        [stored['type'], stored['target_message_id'] ?? id, stored['event_response']],
        ['event_response', id, { response: 'going', extra_guests: 2 }],
      )
      const changed = await respond(id, chat, { response: 'not_going' })
      await bob.until.message((entry) => entry.id === changed['message_id'])
      assert.deepEqual(answers(bob, id)?.[own], { response: 'not_going', extra_guests: 0 })
    }
    assert.deepEqual([...bob.violations, ...device.phone.violations], [])
  })

  it('opens the answers of others to an event that was sent through the API', async () => {
    const body = { name: 'Dinner', starts_at: '2030-01-31T09:00:00Z', call: true, reminder_seconds: 3600 }
    const { message_id: id } = await device.api.post<{ message_id: string }>(`/chats/${group}/events`, body)
    const shown = await bob.until.message((entry) => entry.id === id)
    assert.deepEqual([shown.details?.['call'], shown.details?.['reminder_seconds']], [true, 3600])
    const answer = await bob.send(group, { event_response: { message: id, response: 'maybe' } })
    const event = await told(answer.id)
    assert.deepEqual([event['type'], event['event_response']], ['event_response', { response: 'maybe' }])
    const stored = await device.api.get<{ event: Fields }>(`/messages/${id}`)
    assert.deepEqual([stored.event['call'], stored.event['reminder_seconds']], [true, 3600])
  })

  it('is refused for what is no event, for one that is cancelled, and for guests that it does not allow', async () => {
    const { id: text } = await bob.send(group, { text: 'no event' })
    const { id: alone } = await bob.send(group, { event: { name: 'Walk', start_time: 1_900_000_000 } })
    const { id: off } = await bob.send(group, { event: { name: 'Off', start_time: 1_900_000_000, canceled: true } })
    await told(off)
    const before = bob.messages().length
    const path = (id: string) => `/messages/${id}/event-response`
    const going = { chat_jid: group, response: 'going' }
    await device.api.refuses('message_not_suitable', 'POST', path(text), going)
    await device.api.refuses('message_not_suitable', 'POST', path(off), going)
    await device.api.refuses('message_not_suitable', 'POST', path(alone), { ...going, extra_guests: 1 })
    await device.api.refuses('message_not_found', 'POST', path('3EB0NONE'), going)
    await device.api.refuses('message_not_found', 'POST', path(alone), { ...going, chat_jid: bob.id })
    await device.api.refuses('invalid_request', 'POST', path(alone), { chat_jid: group, response: 'perhaps' })
    assert.equal(bob.messages().length, before)
  })
})
