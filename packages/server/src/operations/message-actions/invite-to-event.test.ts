import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

type Fields = Record<string, unknown>

const party = {
  ...{ event_id: '1029384756', name: 'Party', start_time: 1_900_000_000, end_time: 1_900_007_200 },
  ...{ call_link: 'https://call.whatsapp.com/video/abc', thumbnail: Buffer.from('ffd8ffd9', 'hex') },
}

describe('messageActions.inviteToEvent', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  let cid: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    cid = await gateway.phone('Cid')
  })
  after(() => gateway.stop())

  /** The message as the device has it, once it is there. */
  const stored = (id: string) =>
    until(`message ${id} is there`, async () => {
      const answer = await device.api.call<Fields>('GET', `/messages/${id}`)
      return answer.status === 200 && answer.body.data
    })
  const invite = (id: string, body: Fields) => device.api.post<Fields>(`/messages/${id}/event-invitation`, body)
  const shown = (phone: Phone, { message_id: id }: Fields) => phone.until.message((entry) => entry.id === id)

  it('shows the event to whom it is sent, with other words and no mark of a forward', async () => {
    const { id } = await bob.send(device.phone.jid, { event_invite: { ...party, caption: 'Bob says: come!' } })
    assert.deepEqual((await stored(id))['event'], {
      ...{ id: '1029384756', name: 'Party', join_link: party.call_link },
      ...{ starts_at: '2030-03-17T17:46:40.000Z', ends_at: '2030-03-17T19:46:40.000Z' },
    })
    const sent = await invite(id, { to_chat_jid: cid.jid, text: 'Will you come too?' })
    assert.deepEqual([sent['type'], sent['status']], ['event_invite', 'sent'])
    const entry = await shown(cid, sent)
    assert.deepEqual([entry.kind, entry.text, entry.forwarded], ['event_invite', 'Will you come too?', undefined])
    const { thumbnail, ...fields } = party
    const picture = thumbnail.toString('base64')
    assert.deepEqual(entry.details, { ...fields, canceled: false, thumbnail: picture })
    const wordless = await shown(cid, await invite(id, { to_chat_jid: cid.jid, chat_jid: bob.jid }))
    assert.deepEqual([wordless.text, wordless.details?.['event_id']], [undefined, party.event_id])
    assert.deepEqual([...cid.violations, ...device.phone.violations], [])
  })

  it('invites a group to an event of the own phone, and answers a message there', async () => {
    const { id } = await device.phone.send(bob.jid, { event_invite: party })
    await stored(id)
    const { jid: team } = await bob.groups.create({ subject: 'Team', participants: [device.phone.jid, cid.jid] })
    const { id: asked } = await cid.send(team, { text: 'What is on?' })
    await stored(asked)
    const sent = await invite(id, { to_chat_jid: team, reply_to_message_id: asked })
    for (const phone of [bob, cid, device.phone]) {
      const entry = await shown(phone, sent)
      assert.deepEqual([entry.chatLid, entry.details?.['name'], entry.quotedId], [team, 'Party', asked])
    }
  })

  it('is refused for what is no invitation, and for an event that is cancelled', async () => {
    const { id: text } = await bob.send(device.phone.jid, { text: 'no event' })
    const { id: event } = await bob.send(device.phone.jid, { event: { name: 'Walk', start_time: 1_900_000_000 } })
    const { id: off } = await bob.send(device.phone.jid, { event_invite: { ...party, canceled: true } })
    const nameless = { eventInviteMessage: { eventId: '1', startTime: 1_900_000_000 } }
    const { id: half } = await bob.sendMessage(device.phone.account, nameless)
    const { id: good } = await bob.send(device.phone.jid, { event_invite: party })
    for (const id of [text, event, off, half, good]) await stored(id)
    const before = cid.messages().length
    const path = (id: string) => `/messages/${id}/event-invitation`
    const to = { to_chat_jid: cid.jid }
    for (const id of [text, event, off, half]) await device.api.refuses('message_not_suitable', 'POST', path(id), to)
    await device.api.refuses('message_not_found', 'POST', path('3EB0NONE'), to)
    await device.api.refuses('message_not_found', 'POST', path(good), { ...to, chat_jid: cid.jid })
    await device.api.refuses('invalid_request', 'POST', path(good), { ...to, text: ' ' })
    assert.equal(cid.messages().length, before)
  })
})
