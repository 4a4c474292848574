import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import sharp from 'sharp'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

type Fields = Record<string, unknown>

describe('a status of a group', () => {
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

  it('is shown by the phones as one, a text and a picture with its file', async () => {
    const text = { text: 'all of us', group_status: true, mentions: [bob.id] }
    const { message_id: words } = await device.api.post<{ message_id: string }>(`/chats/${group}/messages`, text)
    const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer()
    const image = { base64: picture.toString('base64'), caption: 'here', group_status: true }
    const { message_id: shot } = await device.api.post<{ message_id: string }>(`/chats/${group}/images`, image)
    for (const phone of [bob, device.phone]) {
      const said = await phone.until.message((entry) => entry.id === words)
      assert.deepEqual([said.kind, said.text, said.groupStatus], ['text', 'all of us', true])
      const shown = await phone.until.message((entry) => entry.id === shot)
      assert.deepEqual([shown.kind, shown.text, shown.groupStatus, shown.media], ['image', 'here', true, 'here'])
    }
    const stanza = gateway
      .sandbox!.world.log.since()
      .find(({ type, data }) => type === 'message.routed' && data['id'] === shot)
    assert.equal(stanza?.data['type'], 'media')
    const stored = await device.api.get<Fields>(`/messages/${words}`)
    assert.deepEqual([stored['type'], stored['group_status']], ['text', true])
    assert.deepEqual([...bob.violations, ...device.phone.violations], [])
  })

  it('of others is told as one', async () => {
    const { id } = await bob.send(group, { image: { caption: 'look' }, group_status: true })
    const event = await until('it is told', async () => {
      const { events } = await device.api.get<{ events: { data: Fields }[] }>('/events?types=message.received')
      return events.map(({ data }) => data).find((data) => data['message_id'] === id)
    })
    assert.deepEqual([event['type'], event['text'], event['group_status']], ['image', 'look', true])
  })

  it('is for groups only', async () => {
    const before = bob.messages().length
    await device.api.refuses('invalid_request', 'POST', `/chats/${bob.id}/messages`, { text: 'hi', group_status: true })
    assert.equal(bob.messages().length, before)
  })
})
