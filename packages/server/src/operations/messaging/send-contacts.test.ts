import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

type Fields = Record<string, unknown>

describe('messaging.sendContacts', () => {
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

  const send = async (body: Fields, chat = bob.id) => {
    const { message_id: id } = await device.api.post<{ message_id: string }>(`/chats/${chat}/contacts`, body)
    return { id, shown: await bob.until.message((entry) => entry.id === id) }
  }
  const cards = async (id: string) => (await device.api.get<{ contacts: Fields[] }>(`/messages/${id}`)).contacts

  it('shows one card with its name, alone and in a group', async () => {
    for (const chat of [bob.id, group]) {
      const { id, shown } = await send({ name: 'Ana', phone: '+49 170 8765 4321' }, chat)
      const { displayName, vcard } = shown.message.contactMessage ?? {}
      assert.equal(displayName, 'Ana')
      assert.match(vcard ?? '', /\nFN:Ana\nTEL;type=CELL;type=VOICE;waid=4917087654321:\+4917087654321\nEND:VCARD$/)
      const [card] = await cards(id)
      assert.deepEqual(card?.['phones'], [
        { number: '+4917087654321', whatsapp_number: '4917087654321', label: 'cell' },
      ])
    }
  })

  it('shows several cards in one message, each with all that it says', async () => {
    const { id, shown } = await send({
      contacts: [
        { name: 'Ada; Countess', phone: '4917087654321', phones: [{ number: '493012345', label: 'Office' }] },
        { name: 'Bob', phone: '4915112345678', organization: 'Shop, Ltd', email: 'bob@example.com', note: 'a\nb' },
      ],
    })
    assert.equal(shown.kind, 'contacts')
    const [ada, other] = await cards(id)
    assert.deepEqual([ada!['name'], (ada!['phones'] as Fields[]).length], ['Ada; Countess', 2])
    const { organization, emails, note } = other!
    assert.deepEqual([organization, emails, note], ['Shop, Ltd', ['bob@example.com'], 'a\nb'])
  })

  it('sends a given card as it is', async () => {
    const vcard = 'BEGIN:VCARD\r\nVERSION:2.1\r\nFN;ENCODING=QUOTED-PRINTABLE:Jo=C3=A3o\r\nEND:VCARD\r\n'
    const { shown } = await send({ vcard })
    assert.deepEqual(shown.message.contactMessage, { displayName: 'João', vcard })
    assert.equal((await send({ vcard, name: 'J' })).shown.message.contactMessage?.displayName, 'J')
  })

  it('tells the fields of cards that come', async () => {
    const vcard = 'BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nTEL;waid=4917087654321:+49 170\nEND:VCARD'
    const { id } = await bob.send(device.phone.jid, { contact: { name: 'Ada', vcard } })
    const data = await until('the event is there', async () => {
      const { events } = await device.api.get<{ events: { data: Fields }[] }>('/events?types=message.received')
      return events.map((event) => event.data).find((event) => event['message_id'] === id)
    })
    assert.deepEqual(data['contacts'], [
      { name: 'Ada', phones: [{ number: '+49 170', whatsapp_number: '4917087654321' }], vcard },
    ])
    assert.deepEqual(await cards(id), data['contacts'])
  })

  it('is refused without a name and a number, and with text that is no card', async () => {
    const refuse = (code: 'invalid_request' | 'invalid_phone', body: Fields) =>
      device.api.refuses(code, 'POST', `/chats/${bob.id}/contacts`, body)
    const before = bob.messages().length
    await refuse('invalid_request', { name: 'Ana' })
    await refuse('invalid_request', { contacts: [] })
    await refuse('invalid_request', { contacts: [{ name: 'Ana' }] })
    await refuse('invalid_request', { vcard: 'Ana, 0170' })
    await refuse('invalid_phone', { name: 'Ana', phone: 'her number' })
    assert.equal(bob.messages().length, before)
  })
})
