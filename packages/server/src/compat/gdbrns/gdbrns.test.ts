import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { codeNames } from '../../schemas/code-names.ts'
import type { ApiClient } from '../../testing/api-client.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

type Linked = TestDevice & { readonly phone: Phone }

/** Bob writes; the answer is the id of his message, once it is stored. */
const hear = async ({ phone, api }: Linked, bob: Phone): Promise<string> => {
  const { id } = await bob.send(phone.id, { text: 'React to me' })
  await until('it is stored', async () => (await api.call('GET', `/messages/${id}`)).status === 200)
  return id
}

const sees = (bob: Phone, id: string, emoji: string) =>
  until('Bob sees it', () =>
    Object.values(bob.messages().find((each) => each.id === id)?.reactions ?? {}).includes(emoji),
  )

/** A body of another type than JSON. */
const as = (api: ApiClient, type: string) => api.with({ 'content-type': type })

describe('a body with the names of the reference', () => {
  let gateway: TestGateway
  let device: Linked
  let bob: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
  })
  after(() => gateway.stop())

  it('is taken in any case of letters, whatever is switched on', async () => {
    const id = await hear(device, bob)
    for (const [body, emoji] of [
      [{ ChatJID: bob.jid, emoji: '👍' }, '👍'],
      [{ chatjid: bob.jid, Emoji: '🎉' }, '🎉'],
      [{ CHAT_JID: bob.jid, EMOJI: '❤️' }, '❤️'],
    ] as const) {
      await device.api.post(`/messages/${id}/reaction`, body)
      await sees(bob, id, emoji)
    }
    await device.api.post(`/messages/${id}/read`, { ChatJID: bob.jid, SenderJID: bob.jid })
    const poll = { question: 'Which?', options: ['A', 'B'], MultiAnswer: true }
    await device.api.post(`/chats/${bob.id}/polls`, poll)
    await until('Bob sees the poll', () =>
      bob.messages().find(({ kind, text }) => kind === 'poll' && text === 'Which?'),
    )
  })

  it('is refused when a field comes twice, and when it is not known', async () => {
    const id = await hear(device, bob)
    const twice = { chat_jid: bob.jid, ChatJID: bob.jid, emoji: '👍' }
    assert.match(
      (await device.api.refuses('invalid_request', 'POST', `/messages/${id}/reaction`, twice)).text,
      /unknown: ChatJID/,
    )
    const other = { chat_jid: bob.jid, emoji: '👍', chatJid_: bob.jid }
    await device.api.refuses('invalid_request', 'POST', `/messages/${id}/reaction`, other)
    const form = as(device.api, 'application/x-www-form-urlencoded')
    await form.refuses('unsupported_media_type', 'POST', `/chats/${bob.id}/messages`, 'text=No')
    const answer = await device.api.post<object>('/webhooks', { url: 'http://127.0.0.1:9/' })
    assert.equal('URL' in answer, false)
  })

  it('has each name of the code once', () => {
    const names = Object.values(codeNames).map((name) => name.toLowerCase())
    assert.equal(new Set(names).size, names.length)
  })
})

describe('a program that was written for the reference', () => {
  let gateway: TestGateway
  let device: Linked
  let bob: Phone
  let first: Record<string, unknown>
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, environment: { SWITCHBOARD_COMPAT: 'gdbrns' } })
    const made = await gateway.createDevice()
    first = await made.api.post('/devices/me/login?output=json&unheard=of')
    const ana = await gateway.phone('Ana')
    await ana.scan(String(first['qr_text']))
    await gateway.connected(made)
    device = { ...made, phone: ana }
    bob = await gateway.phone('Bob')
  })
  after(() => gateway.stop())

  it('finds what it looks for in answers, under both names', async () => {
    assert.deepEqual([first['QRCode'], first['Timeout']], [first['qr_code'], first['timeout']])
    const { api } = await gateway.createDevice()
    const code = await api.post('/devices/me/login-code', { Phone: (await gateway.phone('Carl')).id })
    assert.match(String(code['PairCode']), /^[A-Z0-9]{4}-[A-Z0-9]{4}$/)
    assert.deepEqual([code['PairCode'], code['Timeout']], [code['pair_code'], code['timeout']])
    const found = await device.api.get(`/devices/me/contacts/${bob.id}/registered`)
    assert.deepEqual([found['IsRegistered'], found['JID'], found['is_registered']], [true, bob.jid, true])
    const { id } = await device.api.post<{ id: number }>('/webhooks', {
      URL: 'http://127.0.0.1:9/',
      Events: ['call.offer'],
    })
    const { webhooks } = await device.api.get<{ webhooks: Record<string, unknown>[] }>('/webhooks')
    const [listed] = webhooks
    assert.deepEqual(
      [listed!['ID'], listed!['URL'], listed!['Active'], listed!['Events'], listed!['DeviceID'], listed!['id']],
      [id, 'http://127.0.0.1:9/', true, ['call.offer'], device.id, id],
    )
    const group = await bob.groups.create({ subject: 'Team', participants: [device.phone.id] })
    const groups = await until('the group is known', async () => {
      const all = await device.api.get<{ JID: string; Name: string; Participants: { JID: string }[] }[]>('/groups')
      return all.length > 0 && all
    })
    assert.deepEqual([groups[0]!.JID, groups[0]!.Name], [group.jid, 'Team'])
    assert.ok(groups[0]!.Participants.some(({ JID }) => JID === bob.jid))
    const privacy = await device.api.get('/users/me/privacy')
    assert.equal(privacy['GroupAdd'], privacy['groups'])
  })

  it('sends forms and text/json, with fields that nobody knows, and the other phone reads it', async () => {
    const forms = as(device.api, 'application/x-www-form-urlencoded')
    const path = `/chats/${bob.id}/messages`
    const arrives = (words: string) => until('Bob reads it', () => bob.messages().find(({ text }) => text === words))
    await forms.post(path, 'Text=From+a+form&TypingSimulation=false&Unheard=of')
    await arrives('From a form')
    await as(device.api, 'text/json').post(path, JSON.stringify({ text: 'From text/json', unheard: { of: 1 } }))
    await arrives('From text/json')
    const multipart = new FormData()
    multipart.set('text', 'From multipart')
    await device.api.post(path, multipart)
    await arrives('From multipart')
    const id = await hear(device, bob)
    await forms.post(`/messages/${id}/reaction`, new URLSearchParams({ ChatJID: bob.jid, Emoji: '👍' }).toString())
    await sees(bob, id, '👍')
    await device.api.post('/presence/status', { status: 'available', more: true })
  })

  it('sends a file with fields that nobody knows', async () => {
    const form = new FormData()
    form.set('file', new Blob(['Notes'], { type: 'text/plain' }), 'notes.txt')
    form.set('Caption', 'Read this')
    form.set('unheard', 'of')
    const sent = await device.api.post<{ message_id: string }>(`/chats/${bob.id}/documents`, form)
    const got = await until('it arrives', () => bob.messages().find(({ id }) => id === sent.message_id))
    assert.deepEqual([got.kind, got.text], ['document', 'Read this'])
  })

  it('is refused what is missing or wrong as everybody else', async () => {
    await device.api.refuses('invalid_request', 'POST', `/chats/${bob.id}/messages`, { Words: 'no text' })
    const forms = as(device.api, 'application/xml')
    await forms.refuses('unsupported_media_type', 'POST', `/chats/${bob.id}/messages`, '<text>No</text>')
  })
})
