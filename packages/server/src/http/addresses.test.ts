import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { z } from 'zod'
import { operations } from '../generated/operations.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

/** How the one grammar reads an address that some grammars would not; each schema takes at least one of these. */
const read: Readonly<Record<string, readonly string[]>> = {
  '+55 (11) 98888-7777': ['5511988887777', '5511988887777@s.whatsapp.net'],
  '120363012345678901@G.US': ['120363012345678901@g.us'],
  '120363098765432109@Newsletter': ['120363098765432109@newsletter'],
}

const readsByGrammar = (schema: z.ZodType): boolean =>
  Object.entries(read).some(([written, forms]) => forms.includes(String(schema.safeParse(written).data)))

const innermost = (schema: unknown): unknown => {
  let current = schema
  while (current instanceof z.ZodOptional || current instanceof z.ZodNullable || current instanceof z.ZodDefault) {
    current = current.unwrap()
  }
  return current instanceof z.ZodArray ? innermost(current.element) : current
}

/** Read by the grammar in `run`: their pages say what is wrong with a number, instead of an error of the API. */
const readLater = new Set(['pairing.requestCode'])

/** Fields of an operation whose name says that they hold an address. */
const addressFields = (shape: z.ZodType | undefined): [name: string, schema: unknown][] =>
  shape instanceof z.ZodObject
    ? Object.entries(shape.shape)
        .filter(([name]) => /(^|_)(jids?|phones?)$/.test(name) && !name.startsWith('customer'))
        .map(([name, schema]): [string, unknown] => [name, innermost(schema)])
        // Numbers with a label.
        .map(([name, schema]): [string, unknown] => [
          name,
          schema instanceof z.ZodObject ? innermost(schema.shape['number']) : schema,
        ])
        .filter(([, schema]) => !(schema instanceof z.ZodBoolean))
    : []

describe('addresses in requests', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.sandbox!.phone({ name: 'Bob', phone: '5511988887777' })
  })
  after(() => gateway.stop())

  const notations = ['+55 11 98888-7777', '55 (11) 98888.7777', '5511988887777@C.US', '5511988887777:3@s.whatsapp.net']

  it('are read by the one grammar, whichever operation takes them and where', () => {
    let count = 0
    for (const { id, operation } of operations) {
      if (readLater.has(id)) continue
      for (const shape of [operation.params, operation.query, 'body' in operation ? operation.body : undefined]) {
        for (const [name, schema] of addressFields(shape)) {
          assert.ok(readsByGrammar(schema as z.ZodType), `${id} reads ${name} by a grammar of its own`)
          count++
        }
      }
    }
    assert.ok(count > 6)
  })

  it('name the same person in every notation, in path and body', async () => {
    const { api } = device
    const asked = await bob.send(device.phone.id, { text: 'Are you there?' })
    await until('it is there', async () => (await api.call('GET', `/messages/${asked.id}`)).status === 200)
    for (const written of notations) {
      const chat = `/chats/${encodeURIComponent(written)}`
      const sent = await api.post<{ chat_jid: string }>(`${chat}/messages`, { text: `to ${written}` })
      assert.equal(sent.chat_jid, bob.jid)
      await bob.until.message(({ text }) => text === `to ${written}`)
      const list = await api.get<{ chat_jid: string; messages: unknown[] }>(`${chat}/messages`)
      assert.equal(list.chat_jid, bob.jid)
      assert.ok(list.messages.length > 1)
      await api.post(`${chat}/presence`, { presence_type: 'composing' })
      await api.post(`${chat}/mark-read`, { read: true })
      const answer = { chat_jid: written, text: `answer ${written}` }
      assert.equal((await api.post<{ chat_jid: string }>(`/messages/${asked.id}/reply`, answer)).chat_jid, bob.jid)
      await api.post(`/messages/${asked.id}/read`, { chat_jid: written, sender_jid: written })
      const path = `/devices/me/contacts/${encodeURIComponent(written)}/registered`
      const found = await api.get<Record<string, unknown>>(path)
      assert.deepEqual([found['is_registered'], found['phone'], found['jid']], [true, bob.id, bob.jid])
      const other = await gateway.createDevice()
      const login = await other.api.post<{ pair_code: string }>('/devices/me/login-code', { phone: written })
      assert.match(login.pair_code, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/)
    }
  })

  it('name the same person by LID once it is known', async () => {
    const { api } = device
    const sent = await api.post<{ chat_jid: string }>(`/chats/${bob.account.lid}@LID/messages`, { text: 'by LID' })
    assert.equal(sent.chat_jid, bob.jid)
    const found = await api.get<Record<string, unknown>>(`/devices/me/contacts/${bob.account.lid}@lid/registered`)
    assert.deepEqual([found['is_registered'], found['phone']], [true, bob.id])
    await api.refuses('invalid_phone', 'GET', '/devices/me/contacts/999999999999@lid/registered')
  })

  it('name the same request under one Idempotency-Key, however they are written', async () => {
    const api = device.api.with({ 'idempotency-key': 'one-person' })
    const [first, second] = [
      await api.call<{ message_id: string }>('POST', '/chats/5511988887777/messages', { text: 'once' }),
      await api.call<{ message_id: string }>('POST', '/chats/+55 11 98888-7777/messages', { text: 'once' }),
    ]
    assert.equal(second.body.data.message_id, first.body.data.message_id)
    assert.equal(second.headers.get('idempotency-replayed'), 'true')
  })

  it('are asked of WhatsApp although a library of number plans would call the number invalid', async () => {
    for (const phone of ['5215512345678', '553187654321', '22997123456']) {
      await device.api.refuses('not_on_whatsapp', 'POST', `/chats/+${phone}/messages`, { text: 'anybody?' })
      const found = await device.api.get<Record<string, unknown>>(`/devices/me/contacts/+${phone}/registered`)
      assert.equal(found['is_registered'], false)
      await gateway.sandbox!.phone({ name: phone, phone })
    }
  })
})
