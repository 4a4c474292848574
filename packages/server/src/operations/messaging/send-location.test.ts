import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

describe('messaging.sendLocation', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
  })
  after(() => gateway.stop())

  it('shows the place on the other phone', async () => {
    const gate = { latitude: 52.516272, longitude: 13.377722, name: 'Brandenburg Gate', address: 'Pariser Platz' }
    const sent = await device.api.post<{ message_id: string; status: string }>(`/chats/${bob.id}/locations`, gate)
    const seen = await bob.until.message(({ kind }) => kind === 'location')
    assert.deepEqual([seen.id, sent.status], [sent.message_id, 'sent'])
    const { name, address, latitude, longitude } = seen.details ?? {}
    assert.deepEqual({ latitude, longitude, name, address }, gate)
    const stored = await device.api.get<{ type: string }>(`/messages/${sent.message_id}`)
    assert.equal(stored.type, 'location')
  })

  it('sends the point 0, 0 as well, and answers a message with a place', async () => {
    const asked = await bob.send(device.phone.id, { text: 'where?' })
    await until('the question is stored', async () => {
      return (await device.api.call('GET', `/messages/${asked.id}`)).status === 200
    })
    const place = { latitude: 0, longitude: 0, reply_to_message_id: asked.id }
    await device.api.post(`/chats/${bob.id}/locations`, place)
    const seen = await bob.until.message(({ quotedId }) => quotedId === asked.id)
    assert.deepEqual([seen.details?.['latitude'], seen.details?.['longitude']], [0, 0])
  })

  it('shows where somebody is at the moment', async () => {
    const here = {
      latitude: 1.5,
      longitude: -2,
      live: true,
      caption: 'On my way',
      speed: 3.5,
      heading: 90,
      sequence: 7,
    }
    const sent = await device.api.post<{ message_id: string }>(`/chats/${bob.id}/locations`, here)
    const { message } = await bob.until.message(({ id }) => id === sent.message_id)
    const { degreesLatitude, caption, sequenceNumber, speedInMps } = message.liveLocationMessage ?? {}
    assert.deepEqual([degreesLatitude, caption, sequenceNumber, speedInMps], [1.5, 'On my way', 7, 3.5])
    const { type, text, location } = await device.api.get<Record<string, unknown>>(`/messages/${sent.message_id}`)
    const place = { latitude: 1.5, longitude: -2, speed: 3.5, heading: 90, sequence: 7 }
    assert.deepEqual([type, text, location], ['live_location', 'On my way', place])
  })

  it('is refused for a place that is not on this planet', async () => {
    for (const place of [{ latitude: 91, longitude: 0 }, { latitude: 0, longitude: -181 }, { latitude: 0 }]) {
      await device.api.refuses('invalid_request', 'POST', `/chats/${bob.id}/locations`, place)
    }
  })
})
