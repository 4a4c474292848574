import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import sharp from 'sharp'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

type Fields = Record<string, unknown>

const pick = (fields: Fields, ...names: readonly string[]) => names.map((name) => fields[name])

describe('what goes with every send', () => {
  let gateway: TestGateway
  let sandbox: Sandbox
  let device: TestDevice
  let ana: Phone
  let bob: Phone
  let cid: Phone
  let team: string
  before(async () => {
    sandbox = await Sandbox.start({ seed: 11 })
    gateway = await startTestGateway({ sandbox })
    ana = await sandbox.phone({ name: 'Ana' })
    device = await gateway.linkDevice(ana)
    bob = await sandbox.phone({ name: 'Bob' })
    cid = await sandbox.phone({ name: 'Cid' })
    team = (await bob.groups.create({ subject: 'Team', participants: [ana.jid, cid.jid] })).jid
  })
  after(async () => {
    await gateway.stop()
    await sandbox.stop()
  })

  const event = (type: string, id: string) =>
    until(`a ${type}`, async () => {
      const { events } = await device.api.get<{ events: { data: Fields }[] }>(`/events?types=${type}&limit=1000`)
      return events.map(({ data }) => data).find((data) => data['message_id'] === id)
    })
  const send = async (chat: string, what: string, body: Fields) =>
    device.api.post<Fields & { message_id: string }>(`/chats/${chat}/${what}`, body)
  const seen = (phone: Phone, id: string) => phone.until.message((entry) => entry.id === id)
  const heard = async (from: Phone, to: string, text: string) => {
    const { id } = await from.send(to, { text })
    await event('message.received', id)
    return id
  }

  it('mentions people of a group by number, address or LID, in content of every kind', async () => {
    const red = sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
    const picture = (await red.jpeg().toBuffer()).toString('base64')
    const everyKind: readonly [string, Fields][] = [
      ['messages', { text: `@${cid.id} and @Bob, look` }],
      ['locations', { latitude: 1, longitude: 2 }],
      ['contacts', { name: 'Ada', phone: '4917087654321' }],
      ['events', { name: 'Picnic', starts_at: '2030-01-31T09:00:00Z' }],
      ['polls', { question: 'Lunch?', options: ['yes', 'no'] }],
      ['images', { base64: picture, caption: 'look', view_once: true }],
    ]
    for (const [what, body] of everyKind) {
      const mentions = [cid.id, bob.lid]
      const { message_id: id } = await send(team, what, { ...body, mentions })
      for (const phone of [bob, cid]) assert.deepEqual((await seen(phone, id)).mentions, [cid.lid, bob.lid], what)
      const told = await event('message.sent', id)
      assert.deepEqual(pick(told, 'mentions', 'mentions_lid'), [
        [cid.jid, bob.jid],
        [cid.lid, bob.lid],
      ])
      const stored = await device.api.get<Fields>(`/messages/${id}`)
      assert.deepEqual(stored['mentions'], [cid.jid, bob.jid])
    }
  })

  it('says both addresses of mentioned people of whom only the group told', async () => {
    const eve = await sandbox.phone({ name: 'Eve' })
    const club = await bob.groups.create({ subject: 'Club', participants: [eve.jid, cid.jid] })
    const late = await gateway.linkDevice(eve)
    const { message_id: id } = await late.api.post<{ message_id: string }>(`/chats/${club.jid}/messages`, {
      ...{ text: `@${cid.id}, look`, mentions: [cid.id, bob.lid] },
    })
    const { events } = await late.api.get<{ events: { data: Fields }[] }>('/events?types=message.sent')
    const sent = events.map(({ data }) => data).find((data) => data['message_id'] === id)!
    assert.deepEqual(pick(sent, 'mentions', 'mentions_lid'), [
      [cid.jid, bob.jid],
      [cid.lid, bob.lid],
    ])
  })

  it('mentions everybody in a group, and leaves the text as it is', async () => {
    const answer = await send(team, 'messages', { text: 'all of you', mentions: 'all' })
    assert.equal(answer['mentions_all'], true)
    for (const phone of [bob, cid]) {
      const { message } = await seen(phone, answer.message_id)
      const { text, contextInfo } = message.extendedTextMessage ?? {}
      assert.deepEqual([text, contextInfo?.nonJidMentions], ['all of you', 1])
    }
    assert.equal((await event('message.sent', answer.message_id))['mentions_all'], true)
  })

  it('mentions nobody between two people', async () => {
    for (const mentions of [[cid.id], 'all']) {
      const { message_id: id } = await send(bob.id, 'messages', { text: 'just us', mentions })
      assert.deepEqual((await seen(bob, id)).message.conversation, 'just us')
    }
  })

  it('quotes what is answered, whatever kind answers', async () => {
    for (const chat of [bob.jid, team]) {
      const asked = await heard(bob, chat === team ? team : ana.jid, 'where and when?')
      for (const [what, body] of [
        ['messages', { text: 'here' }],
        ['locations', { latitude: 1, longitude: 2 }],
        ['events', { name: 'Picnic', starts_at: '2030-01-31T09:00:00Z' }],
      ] as const) {
        const { message_id: id } = await send(chat, what, { ...body, reply_to_message_id: asked })
        assert.equal((await seen(bob, id)).quotedId, asked)
        assert.deepEqual(pick(await event('message.sent', id), 'quoted_message_id', 'quoted_sender'), [asked, bob.jid])
      }
    }
    const elsewhere = await heard(cid, ana.jid, 'between us')
    const before = bob.messages().length
    const wrong = { text: 'what he said', reply_to_message_id: elsewhere }
    await device.api.refuses('message_not_found', 'POST', `/chats/${bob.id}/messages`, wrong)
    await device.api.refuses('invalid_jid', 'POST', `/chats/${team}/messages`, { text: 'x', mentions: ['him'] })
    await device.api.refuses('invalid_request', 'POST', `/chats/${team}/messages`, { text: 'x', mentions: 'some' })
    assert.equal(bob.messages().length, before)
  })

  it('tells what was sent, in the answer and in the event', async () => {
    await bob.send(ana.jid, { expiry: { seconds: 86_400 } })
    const id = await heard(bob, ana.jid, 'pass it on')
    const plain = await send(bob.id, 'messages', { text: 'soon gone' })
    assert.deepEqual(pick(plain, 'type', 'expires_in_seconds', 'forwarded'), ['text', 86_400, undefined])
    const forwarded = await device.api.post<Fields & { message_id: string }>(`/messages/${id}/forward`, {
      to_chat_jid: cid.jid,
    })
    assert.deepEqual(pick(forwarded, 'type', 'forwarded', 'forwarding_score'), ['text', true, 1])
    const told = await event('message.sent', forwarded.message_id)
    assert.deepEqual(pick(told, 'type', 'text', 'forwarded', 'forwarding_score'), ['text', 'pass it on', true, 1])
    const reaction = await device.api.post<{ message_id: string }>(`/messages/${id}/reaction`, {
      ...{ chat_jid: bob.jid, emoji: '👍' },
    })
    const reacted = await event('message.sent', reaction.message_id)
    assert.deepEqual(pick(reacted, 'type', 'emoji', 'target_message_id'), ['reaction', '👍', id])
    const expiring = await event('message.sent', plain.message_id)
    assert.equal(expiring['expires_in_seconds'], 86_400)
    await bob.send(ana.jid, { expiry: { seconds: 0 } })
  })

  it('tells that somebody answered a status post', async () => {
    const contextInfo = { stanzaId: '3EB0STATUS', participant: ana.lid, remoteJid: 'status@broadcast' }
    const { id } = await bob.sendMessage(ana.account, {
      extendedTextMessage: {
        text: 'How nice!',
        contextInfo: { ...contextInfo, quotedMessage: { conversation: 'Sun' } },
      },
    })
    const told = await event('status.comment', id)
    assert.deepEqual(pick(told, 'status_id', 'from', 'status_from', 'text'), [
      ...['3EB0STATUS', bob.jid, ana.jid, 'How nice!'],
    ])
    assert.equal((await event('message.received', id))['chat'], bob.jid)
  })

  it('tells the parts of what an assistant answered', async () => {
    const parts = [{ text: 'Here it is:' }, { code: 'print(1)', language: 'python' }]
    const { id } = await bob.send(ana.jid, { ai_rich_response: { parts } })
    const told = await event('message.ai_rich_response', id)
    assert.deepEqual(pick(told, 'from', 'message_type', 'message_type_value', 'submessage_count'), [
      ...[bob.jid, 'AI_RICH_RESPONSE_TYPE_STANDARD', 1, 2],
    ])
    const { submessages } = told['rich_response'] as { submessages: Fields[] }
    assert.deepEqual(submessages[0], { messageType: 'AI_RICH_RESPONSE_TEXT', messageText: 'Here it is:' })
    assert.deepEqual(pick(submessages[1]!, 'messageType'), ['AI_RICH_RESPONSE_CODE'])
    assert.deepEqual(pick(await event('message.received', id), 'type', 'text'), ['ai_rich_response', 'Here it is:'])
  })
})
