import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

interface Sent {
  readonly message_id: string
  readonly chat_jid: string
  readonly status: string
}

interface Listed {
  readonly chat_jid: string
  readonly messages: readonly { readonly message_id: string; readonly chat_jid: string }[]
}

const jidOf = (phone: string) => `${phone}@s.whatsapp.net`

/** The number as people dial it, and the one that WhatsApp has for the same account. */
const forms: readonly (readonly [what: string, dialled: string, address: string])[] = [
  ['Brazil with the ninth digit', '5511988887777', '551188887777'],
  ['Brazil without the ninth digit', '551177776666', '5511977776666'],
  ['Mexico without the 1', '525512345678', '5215512345678'],
  ['Mexico with the 1', '5215587654321', '525587654321'],
  ['Argentina without the 9', '541123456789', '5491123456789'],
  ['Argentina with the 9', '5491198765432', '541198765432'],
  ['Ivory Coast with ten digits', '2250707123456', '22507123456'],
]

describe('a number that WhatsApp has in another form', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, environment: { WHATSAPP_ISON_CACHE_ENABLED: 'false' } })
    device = await gateway.linkDevice()
  })
  after(() => gateway.stop())

  const api = () => gateway.deviceWith(device.id, device.secret, device.token).api
  const say = (chat: string, text: string, more: object = {}) =>
    api().post<Sent>(`/chats/${chat}/messages`, { text, ...more })
  const person = (name: string, phone: string, ...aliases: string[]) => gateway.sandbox!.phone({ name, phone, aliases })
  const texts = (phone: Phone) => phone.messages().map(({ text }) => text)

  for (const [what, dialled, address] of forms) {
    it(`is written to, stored and shown as WhatsApp has it: ${what}`, async () => {
      const phone = await person(what, address, dialled)
      const sent = await say(`+${dialled}`, what)
      assert.deepEqual([sent.status, sent.chat_jid], ['sent', jidOf(address)])
      await phone.until.message(({ text }) => text === what)
      for (const form of [dialled, address]) {
        const { chat_jid, messages } = await api().get<Listed>(`/chats/${form}/messages`)
        assert.deepEqual(
          [chat_jid, messages.map(({ message_id, chat_jid: chat }) => [message_id, chat])],
          [jidOf(address), [[sent.message_id, jidOf(address)]]],
        )
      }
      const { events } = await api().get<{ events: { data: Record<string, unknown> }[] }>('/events?types=message.sent')
      const told = events.find(({ data }) => data['message_id'] === sent.message_id)
      assert.equal(told?.data['chat'], jidOf(address))
    })
  }

  it('is not asked for again, not even after a restart', async () => {
    const phone = await person('Once', '551144443333', '5511944443333')
    await say('5511944443333', 'first')
    gateway.sandbox!.setAliases(phone, [])
    await say('5511944443333', 'second')
    await gateway.restart()
    await gateway.connected(device)
    assert.equal((await say('5511944443333', 'third')).chat_jid, phone.jid)
    await phone.until.message(({ text }) => text === 'third')
    assert.deepEqual(texts(phone), ['first', 'second', 'third'])
  })

  it('is learnt from the question whether it has an account', async () => {
    const phone = await person('Asked', '551133332222', '5511933332222')
    const path = '/devices/me/contacts/+55 11 93333-2222/registered'
    const found = await api().get<Record<string, unknown>>(path)
    assert.deepEqual(
      [found['is_registered'], found['phone'], found['jid'], found['lid']],
      [true, '5511933332222', phone.jid, phone.lid],
    )
    gateway.sandbox!.setAliases(phone, [])
    assert.equal((await say('5511933332222', 'learnt')).chat_jid, phone.jid)
    await phone.until.message(({ text }) => text === 'learnt')
  })

  it('is reached by what is no message', async () => {
    const phone = await person('Typing', '551122221111', '5511922221111')
    const typing = phone.until.event('phone.typing', () => true)
    await api().post('/chats/5511922221111/presence', { presence_type: 'composing' })
    await typing
  })

  it('is found when its turn comes, for what was sent while the device was not connected', async () => {
    const phone = await person('Later', '551166665555', '5511966665555')
    const account = gateway.services.sessions.account(device.id)!.jid
    const fault = await gateway.sandbox!.fault.apply({ device: account, action: { kind: 'partition' } })
    await gateway.restart()
    const sent = await say('5511966665555', 'queued', { wait: 0 })
    assert.equal(sent.status, 'queued')
    const waiting = say('5511966665555', 'waited for', { wait: 60 })
    await until('it waits', async () => {
      const { query } = gateway.services.database
      return (await query.selectFrom('send_intent').selectAll().execute()).length === 2
    })
    gateway.sandbox!.fault.cancel(fault!)
    assert.equal((await waiting).chat_jid, phone.jid)
    assert.deepEqual(texts(phone), ['queued', 'waited for'])
    const { messages } = await api().get<Listed>('/chats/5511966665555/messages')
    assert.deepEqual(
      messages.map(({ chat_jid }) => chat_jid),
      [phone.jid, phone.jid],
    )
    assert.ok(messages.some(({ message_id }) => message_id === sent.message_id))
  })

  it('is reached by a status, once for all its forms', async () => {
    const phone = await person('Audience', '551177770000', '5511977770000')
    const body = { text: 'to all', recipients: ['5511977770000', phone.id, phone.lid] }
    const posted = await api().post<{ status_id: string; recipients: number }>('/status', body)
    assert.equal(posted.recipients, 1)
    await until('it is shown', () => phone.status.list().some(({ id }) => id === posted.status_id))
  })

  it('is reached by a status that was posted while the device was not connected', async () => {
    const phone = await person('Later audience', '551188880000', '5511988880000')
    const account = gateway.services.sessions.account(device.id)!.jid
    const fault = await gateway.sandbox!.fault.apply({ device: account, action: { kind: 'partition' } })
    await gateway.restart()
    const posted = await api().post<{ status_id: string }>('/status', {
      ...{ text: 'when I am back', recipients: ['5511988880000'], wait: 0 },
    })
    gateway.sandbox!.fault.cancel(fault!)
    await until('it is shown', () => phone.status.list().some(({ id }) => id === posted.status_id))
  })

  it('takes along what was stored before WhatsApp knew it', async () => {
    await api().refuses('not_on_whatsapp', 'POST', '/chats/5511955554444/messages', { text: 'too early' })
    const phone = await person('New', '551155554444', '5511955554444')
    await say('5511955554444', 'now')
    const { chat_jid, messages } = await api().get<Listed>('/chats/551155554444/messages')
    assert.deepEqual([chat_jid, messages.length], [phone.jid, 2])
  })

  it('is asked for again when its address is nobody’s any more', async () => {
    const former = await person('Former', '551111112222', '5511911112222')
    await say('5511911112222', 'to the former')
    gateway.sandbox!.world.removeAccount(former.account)
    const present = await person('Present', '5511911112222')
    await gateway.restart()
    await gateway.connected(device)
    await api().refuses('not_on_whatsapp', 'POST', '/chats/5511911112222/messages', { text: 'to nobody' })
    assert.equal((await say('5511911112222', 'to the present')).chat_jid, present.jid)
    await present.until.message(({ text }) => text === 'to the present')
  })
})
