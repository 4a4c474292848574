import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

type Data = Readonly<Record<string, unknown>>

describe('a person who takes another number', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
  })
  after(() => gateway.stop())

  const told = (type: string, fits: (data: Data) => boolean = () => true) =>
    until(`${type} is told`, async () => {
      const { events } = await device.api.get<{ events: { data: Data }[] }>(`/events?types=${type}&limit=100`)
      return events.find(({ data }) => fits(data))?.data
    })
  const say = async (from: Phone, text: string) => {
    const { id } = await from.send(device.phone.id, { text })
    await until('it came', async () => (await device.api.call('GET', `/messages/${id}`)).status === 200)
    return id
  }
  const ids = async (chat: string) => {
    const { messages } = await device.api.get<{ messages: Data[] }>(`/chats/${chat}/messages`)
    return messages.map(({ message_id }) => message_id)
  }

  it('stays the same person: what was said is in one chat', async () => {
    const bob = await gateway.phone('Bob')
    const first = await say(bob, 'by my old number')
    const [old, lid] = [bob.jid, bob.lid]
    gateway.sandbox!.changeNumber(bob, '4915112345678')
    const changed = await told('contact.number_changed')
    assert.deepEqual([changed['old'], changed['new'], changed['new_lid']], [old, '4915112345678@s.whatsapp.net', lid])
    const second = await say(bob, 'by my new number')
    assert.deepEqual(await ids('4915112345678'), [second, first])
    assert.deepEqual(await ids(lid), [second, first])
    const { chats } = await device.api.get<{ chats: Data[] }>('/chats')
    assert.deepEqual(
      chats.map(({ chat_jid, name }) => [chat_jid, name]),
      [['4915112345678@s.whatsapp.net', 'Bob']],
    )
    const sent = await device.api.post<Data>('/chats/4915112345678/messages', { text: 'I see' })
    await bob.until.message(({ id }) => id === sent['message_id'])
  })
})
