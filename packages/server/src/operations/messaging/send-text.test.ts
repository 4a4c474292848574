import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import type { ApiClient } from '../../testing/api-client.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

interface Sent {
  message_id: string
  status: string
  timestamp: string
  chat_jid: string
}

interface Listed {
  chat_jid: string
  messages: {
    message_id: string
    text: string
    is_from_me: boolean
    status: string
    quoted_message_id: string | null
  }[]
}

describe('operations on chats and messages', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let api: ApiClient
  let bob: Phone
  let stranger: TestDevice
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    api = device.api
    bob = await gateway.phone('Bob')
    stranger = await gateway.createDevice()
  })
  after(() => gateway.stop())

  const send = (body: object, chat = bob.id) => api.post<Sent>(`/chats/${chat}/messages`, body)
  const arrived = (id: string) =>
    until('the message came', async () => (await api.call('GET', `/messages/${id}`)).status === 200)

  describe('messaging.sendText', () => {
    it('delivers a text that the other phone can read', async () => {
      const sent = await send({ text: 'hello' })
      assert.deepEqual([sent.status, sent.chat_jid], ['sent', bob.jid])
      assert.ok(Math.abs(Date.parse(sent.timestamp) - Date.now()) < 60_000)
      const seen = await bob.until.message(({ text }) => text === 'hello')
      assert.equal(seen.id, sent.message_id)
    })

    it('takes addresses in every form', async () => {
      for (const chat of [bob.jid, encodeURIComponent(bob.jid), bob.lid, `%2B${bob.id}`]) {
        assert.equal((await send({ text: `to ${chat}` }, chat)).chat_jid, bob.jid)
        await bob.until.message(({ text }) => text === `to ${chat}`)
      }
    })

    it('repeats the answer for a repeated Idempotency-Key, and sends once', async () => {
      const keyed = api.with({ 'idempotency-key': 'order-4711' })
      const path = `/chats/${bob.id}/messages`
      const first = await keyed.post<Sent>(path, { text: 'keyed' })
      assert.deepEqual(await keyed.post<Sent>(path, { text: 'keyed' }), first)
      await keyed.refuses('idempotency_conflict', 'POST', path, { text: 'another' })
      await bob.until.message(({ text }) => text === 'keyed')
      assert.equal(bob.messages().filter(({ text }) => text === 'keyed').length, 1)
    })

    it('names every way in which a request is wrong, and sends nothing', async () => {
      const path = `/chats/${bob.id}/messages`
      await api.refuses('invalid_request', 'POST', path, {})
      await api.refuses('invalid_request', 'POST', path, { text: '  ' })
      await api.refuses('invalid_request', 'POST', path, { text: 7 })
      await api.refuses('invalid_request', 'POST', path, { text: 'x', txet: 'y' })
      await api.refuses('invalid_jid', 'POST', '/chats/nobody@nowhere/messages', { text: 'x' })
      await api.refuses('message_not_found', 'POST', path, { text: 'x', reply_to_message_id: '3EB0NONE' })
      for (const chat of ['status@broadcast', '120363000000000001@newsletter', '13135550002@bot']) {
        await api.refuses('unsupported', 'POST', `/chats/${chat}/messages`, { text: 'x' })
        assert.deepEqual((await api.get<Listed>(`/chats/${chat}/messages`)).messages, [], 'nothing is stored')
      }
      await api.refuses('not_on_whatsapp', 'POST', '/chats/4915100000000/messages', { text: 'x' })
      await gateway.api.refuses('unauthorized', 'POST', path, { text: 'x' })
    })

    it('says that the device is offline, and keeps nothing', async () => {
      await stranger.api.refuses('device_not_linked', 'POST', `/chats/${bob.id}/messages`, { text: 'x' })
      const listed = await stranger.api.get<Listed>(`/chats/${bob.id}/messages`)
      assert.deepEqual(listed.messages, [])
    })

    it("passes WhatsApp's refusal on", async () => {
      gateway.sandbox!.fault.next(gateway.services.sessions.account(device.id)!.jid, 'message', { nack: 463 })
      const path = `/chats/${bob.id}/messages`
      const answer = await api.refuses('message_refused', 'POST', path, { text: 'refused' })
      assert.deepEqual(answer.body.details, { whatsapp_code: 463 })
    })
  })

  describe('messageActions.reply', () => {
    it('quotes the message it answers', async () => {
      const asked = await bob.send(device.phone.jid, { text: 'lunch?' })
      await arrived(asked.id)
      await api.post(`/messages/${asked.id}/reply`, { chat_jid: bob.jid, text: 'at noon' })
      const answer = await bob.until.message(({ text }) => text === 'at noon')
      assert.equal(answer.quotedId, asked.id)
      const { messages } = await api.get<Listed>(`/chats/${bob.id}/messages?limit=1`)
      assert.equal(messages[0]?.quoted_message_id, asked.id)
    })

    it('needs a message that this device has', async () => {
      await api.refuses('message_not_found', 'POST', '/messages/3EB0NONE/reply', { chat_jid: bob.jid, text: 'x' })
      const asked = await bob.send(device.phone.jid, { text: 'mine only' })
      await arrived(asked.id)
      const path = `/messages/${asked.id}/reply`
      await stranger.api.refuses('message_not_found', 'POST', path, { chat_jid: bob.jid, text: 'x' })
    })
  })

  describe('messaging.list', () => {
    it('shows both sides of a chat, newest first, and only to its device', async () => {
      const carol = await gateway.phone('Carol')
      await send({ text: 'from us' }, carol.id)
      await carol.until.message(({ text }) => text === 'from us')
      const answer = await carol.send(device.phone.jid, { text: 'from her' })
      await arrived(answer.id)
      const { chat_jid, messages } = await api.get<Listed>(`/chats/${carol.id}/messages`)
      assert.equal(chat_jid, carol.jid)
      assert.deepEqual(
        messages.map(({ text, is_from_me }) => [text, is_from_me]),
        [
          ['from her', false],
          ['from us', true],
        ],
      )
      const older = await api.get<Listed>(`/chats/${carol.id}/messages?before=${messages[0]?.message_id}`)
      assert.deepEqual(
        older.messages.map(({ text }) => text),
        ['from us'],
      )
      assert.deepEqual((await stranger.api.get<Listed>(`/chats/${carol.id}/messages`)).messages, [])
      await api.refuses('invalid_request', 'GET', `/chats/${carol.id}/messages?limit=0`)
      await api.refuses('message_not_found', 'GET', `/chats/${carol.id}/messages?after=3EB0NONE`)
    })
  })

  describe('messaging.get', () => {
    it('tells the state and how it came about', async () => {
      const sent = await send({ text: 'follow me' })
      await bob.read(device.phone.jid, [(await bob.until.message(({ text }) => text === 'follow me')).id])
      const known = await until('it was read', async () => {
        const found = await api.get<{ status: string; history: { status: string; actor: string }[] }>(
          `/messages/${sent.message_id}`,
        )
        return found.status === 'read' ? found : undefined
      })
      assert.deepEqual(
        known.history.map(({ status }) => status),
        ['queued', 'sent', 'delivered', 'read'],
      )
      assert.equal(known.history.at(-1)?.actor, bob.jid)
      await stranger.api.refuses('message_not_found', 'GET', `/messages/${sent.message_id}`)
    })
  })

  describe('messageActions.cancel', () => {
    it('takes a message back that waits for its turn', async () => {
      const body = { text: 'never', presence_simulation: true, typing_simulation: true }
      const sending = api.call<Sent>('POST', `/chats/${bob.id}/messages`, body)
      const id = await until('it is queued', async () => {
        const { messages } = await api.get<Listed>(`/chats/${bob.id}/messages`)
        return messages.find(({ text, status }) => text === 'never' && status === 'queued')?.message_id
      })
      await stranger.api.refuses('message_not_found', 'POST', `/messages/${id}/cancel`)
      await api.post(`/messages/${id}/cancel`)
      assert.equal((await sending).body.data.status, 'cancelled')
      await api.refuses('message_not_cancellable', 'POST', `/messages/${id}/cancel`)
      await send({ text: 'after the cancelled one' })
      await bob.until.message(({ text }) => text === 'after the cancelled one')
      assert.ok(!bob.messages().some(({ text }) => text === 'never'))
    })
  })

  describe('messageActions.markRead and messaging.markRead', () => {
    it('let the sender see that it was read', async () => {
      const dora = await gateway.phone('Dora')
      const [one, two, three] = await Promise.all(['1', '2', '3'].map((text) => dora.send(device.phone.jid, { text })))
      for (const each of [one, two, three]) await arrived(each!.id)
      await api.post(`/messages/${one!.id}/read`, { chat_jid: dora.jid, sender_jid: dora.jid })
      await dora.until.receipt({ id: one!.id, type: 'read' })
      const { marked } = await api.post<{ marked: number }>(`/chats/${dora.id}/mark-read`, { read: true })
      assert.equal(marked, 2)
      await dora.until.receipt({ id: three!.id, type: 'read' })
      await api.refuses('invalid_request', 'POST', `/chats/${dora.id}/mark-read`, {})
      await api.refuses('invalid_request', 'POST', `/messages/${one!.id}/read`, {})
      const inGroup = { chat_jid: '120363000000000001@g.us' }
      await api.refuses('message_not_found', 'POST', `/messages/${one!.id}/read`, inGroup)
      const answer = await api.refuses('invalid_request', 'POST', '/messages/3EB0NOTSTORED/read', inGroup)
      assert.match(answer.body.message, /sender_jid: is needed/)
      await stranger.api.refuses('device_not_linked', 'POST', `/chats/${dora.id}/mark-read`, { read: true })
    })
  })

  describe('presence.showInChat', () => {
    it('shows typing on the other phone', async () => {
      await bob.presence('available')
      await api.post(`/chats/${bob.id}/presence`, { presence_type: 'composing' })
      await bob.until.event('phone.typing')
      await api.post(`/chats/${bob.id}/presence`, { state: 'paused' })
      await api.refuses('invalid_request', 'POST', `/chats/${bob.id}/presence`, {})
      await api.refuses('invalid_request', 'POST', `/chats/${bob.id}/presence`, { presence_type: 'dancing' })
      await stranger.api.refuses('device_not_linked', 'POST', `/chats/${bob.id}/presence`, { state: 'paused' })
    })
  })
})
