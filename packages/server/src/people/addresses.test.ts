import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

type Fields = Record<string, unknown>

describe('addresses that leave the gateway', () => {
  let gateway: TestGateway
  let sandbox: Sandbox
  let device: TestDevice
  let ana: Phone
  let bob: Phone
  let cid: Phone
  before(async () => {
    sandbox = await Sandbox.start({ seed: 4 })
    gateway = await startTestGateway({ sandbox })
    ana = await sandbox.phone({ name: 'Ana' })
    device = await gateway.linkDevice(ana)
    bob = await sandbox.phone({ name: 'Bob' })
    cid = await sandbox.phone({ name: 'Cid' })
  })
  after(async () => {
    await gateway.stop()
    await sandbox.stop()
  })

  const event = async (type: string, where: (data: Fields) => boolean): Promise<Fields> => {
    let found: Fields | undefined
    await until(`a ${type}`, async () => {
      const { events } = await device.api.get<{ events: { data: Fields }[] }>(`/events?types=${type}&limit=1000`)
      found = events.map(({ data }) => data).find(where)
      return found !== undefined
    })
    return found!
  }

  const group = async (...members: readonly Phone[]) =>
    bob.groups.create({ subject: 'Team', participants: [ana, ...members].map(({ jid }) => jid) })

  const pick = (fields: Fields, ...names: readonly string[]) => names.map((name) => fields[name])

  it('name mentioned people by number, with the LID beside it, in a group that is addressed by LID', async () => {
    const { jid } = await group(cid)
    await cid.send(jid, { text: 'here I am' })
    await event('message.received', ({ text }) => text === 'here I am')
    const { id } = await bob.send(jid, { text: 'you two', mentions: [ana.jid, cid.jid], addressing: 'lid' })
    const data = await event('message.received', ({ message_id }) => message_id === id)
    const expected = [bob.jid, bob.lid, jid, undefined, [ana.jid, cid.jid], [ana.lid, cid.lid]]
    assert.deepEqual(pick(data, 'from', 'from_lid', 'chat', 'chat_lid', 'mentions', 'mentions_lid'), expected)
    const stored = await device.api.get(`/messages/${id}`)
    assert.deepEqual(pick(stored, 'from', 'from_lid', 'chat_jid', 'chat_lid', 'mentions', 'mentions_lid'), expected)
    const list = await device.api.get<{ messages: Fields[] }>(`/chats/${jid}/messages?limit=1`)
    assert.deepEqual(pick(list.messages[0]!, 'mentions', 'mentions_lid'), expected.slice(4))
  })

  it('name who wrote a quoted message, and whose message is reacted to', async () => {
    const { jid } = await group(cid)
    const asked = await cid.send(jid, { text: 'who is it?' })
    await bob.until.message((message) => message.id === asked.id)
    const answer = await bob.send(jid, { text: 'him', quoted: asked.id })
    const reaction = await bob.send(jid, { reaction: { message: asked.id, emoji: '👍' } })
    const quoting = await event('message.received', ({ message_id }) => message_id === answer.id)
    assert.deepEqual(pick(quoting, 'quoted_sender', 'quoted_sender_lid'), [cid.jid, cid.lid])
    const reacting = await event('message.received', ({ message_id }) => message_id === reaction.id)
    assert.deepEqual(pick(reacting, 'target_sender', 'target_sender_lid'), [cid.jid, cid.lid])
    const stored = await device.api.get(`/messages/${answer.id}`)
    assert.deepEqual(pick(stored, 'quoted_sender', 'quoted_sender_lid'), [cid.jid, cid.lid])
  })

  it('come with the LID in answers, receipts and the history of a message', async () => {
    const sent = await device.api.post<Fields>(`/chats/${bob.id}/messages`, { text: 'hello' })
    assert.deepEqual(pick(sent, 'chat_jid', 'chat_lid'), [bob.jid, bob.lid])
    const mine = ({ message_id }: Fields) => message_id === sent['message_id']
    await bob.read(ana.jid, [String(sent['message_id'])])
    for (const type of ['message.delivered', 'message.read']) {
      const receipt = await event(type, mine)
      assert.deepEqual(pick(receipt, 'chat', 'chat_lid', 'sender', 'sender_lid'), [bob.jid, bob.lid, bob.jid, bob.lid])
    }
    const { history } = await device.api.get<{ history: Fields[] }>(`/messages/${sent['message_id']}`)
    assert.deepEqual(
      history.map((step) => pick(step, 'status', 'actor', 'actor_lid')),
      [
        ['queued', '', undefined],
        ['sent', '', undefined],
        ['delivered', bob.jid, bob.lid],
        ['read', bob.jid, bob.lid],
      ],
    )
  })

  it('become numbers everywhere once a number is known', async () => {
    const dan = await sandbox.phone({ name: 'Dan' })
    // Who is in a group is told with both addresses.
    const { jid } = await group()
    const { id } = await bob.send(jid, { text: 'a stranger', mentions: [dan.jid], addressing: 'lid' })
    const before = await event('message.received', ({ message_id }) => message_id === id)
    assert.deepEqual(pick(before, 'mentions', 'mentions_lid'), [[dan.lid], [dan.lid]])
    await dan.send(ana.jid, { text: 'it is me' })
    await event('message.received', ({ text }) => text === 'it is me')
    const after = await device.api.get(`/messages/${id}`)
    assert.deepEqual(pick(after, 'mentions', 'mentions_lid'), [[dan.jid], [dan.lid]])
    await gateway.restart()
    device = gateway.deviceWith(device.id, device.secret, device.token)
    await gateway.connected(device)
    const restarted = await device.api.get(`/messages/${id}`)
    assert.deepEqual(pick(restarted, 'mentions', 'mentions_lid'), [[dan.jid], [dan.lid]])
  })
})
