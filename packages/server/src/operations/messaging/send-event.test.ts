import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'

type Fields = Record<string, unknown>

describe('messaging.sendEvent', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  let group: string
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    group = (await bob.groups.create({ subject: 'Team', participants: [device.phone.jid] })).jid
  })
  after(() => gateway.stop())

  it('shows the event with its place and times, alone and in a group', async () => {
    const picnic = {
      name: 'Picnic',
      description: 'Bring cake',
      starts_at: '2026-12-01T09:00:00-03:00',
      ends_at: '2026-12-01T14:00:00Z',
      location: { latitude: 52.5, longitude: 13.4, name: 'Park' },
      join_link: 'https://call.whatsapp.com/voice/abc',
      extra_guests: true,
    }
    for (const chat of [bob.id, group]) {
      const { message_id: id } = await device.api.post<{ message_id: string }>(`/chats/${chat}/events`, picnic)
      const shown = await bob.until.message((entry) => entry.id === id)
      const { name, description, startTime, endTime, location } = shown.message.eventMessage ?? {}
      assert.deepEqual([shown.kind, name, description], ['event', 'Picnic', 'Bring cake'])
      assert.deepEqual([startTime, endTime], [Date.UTC(2026, 11, 1, 12) / 1000, Date.UTC(2026, 11, 1, 14) / 1000])
      assert.equal(location?.name, 'Park')
      assert.equal(shown.message.messageContextInfo?.messageSecret?.length, 32)
      const { type, event } = await device.api.get<{ type: string; event: Fields }>(`/messages/${id}`)
      assert.deepEqual([type, event['starts_at'], event['extra_guests']], ['event', '2026-12-01T12:00:00.000Z', true])
    }
  })

  it('is refused without an offset, and when it ends before it starts', async () => {
    const before = bob.messages().length
    const wrong: Fields[] = [
      { starts_at: '2026-12-01T09:00:00' },
      { starts_at: 'tomorrow' },
      { starts_at: '2026-12-01T09:00:00Z', ends_at: '2026-12-01T08:00:00Z' },
      { starts_at: '2026-12-01T09:00:00Z', name: ' ' },
    ]
    for (const change of wrong) {
      const body = { name: 'Picnic', ...change }
      await device.api.refuses('invalid_request', 'POST', `/chats/${bob.id}/events`, body)
    }
    assert.equal(bob.messages().length, before)
  })
})
