import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import sharp from 'sharp'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { TestClock } from '../../testing/test-clock.ts'
import { until } from '../../testing/until.ts'

type Fields = Record<string, unknown>
type Shown = ReturnType<Phone['messages']>[number]

const minute = 60 * 1000

describe('operations on one message', () => {
  let gateway: TestGateway
  let sandbox: Sandbox
  let device: TestDevice
  let ana: Phone
  let bob: Phone
  let cid: Phone
  const clock = new TestClock()
  /** Groups that know their members by LID, as all new ones do: one that Bob runs, and one that the account runs. */
  let team: string
  let own: string
  before(async () => {
    sandbox = await Sandbox.start({ seed: 8 })
    gateway = await startTestGateway({ sandbox, clock })
    ana = await sandbox.phone({ name: 'Ana' })
    device = await gateway.linkDevice(ana)
    bob = await sandbox.phone({ name: 'Bob' })
    cid = await sandbox.phone({ name: 'Cid' })
    team = (await bob.groups.create({ subject: 'Team', participants: [ana.jid, cid.jid] })).jid
    own = (await ana.groups.create({ subject: 'Own', participants: [bob.jid, cid.jid] })).jid
  })
  after(async () => {
    await gateway.stop()
    await sandbox.stop()
  })

  const stored = (id: string) => device.api.get<Fields>(`/messages/${id}`)
  const pick = (fields: Fields, ...names: readonly string[]) => names.map((name) => fields[name])
  /** Something that a phone says is stored. */
  const heard = async (from: Phone, to: string, what: Parameters<Phone['send']>[1]) => {
    const { id } = await from.send(to, what)
    await until('it is stored', async () => (await device.api.call('GET', `/messages/${id}`)).status === 200)
    return id
  }
  /** Something that is sent through the API has come to a phone. */
  const said = async (chat: string, text: string, to = bob) => {
    const { message_id: id } = await device.api.post<{ message_id: string }>(`/chats/${chat}/messages`, { text })
    await to.until.message((entry) => entry.id === id)
    return id
  }
  const shows = (phone: Phone, id: string, what: (entry: Shown) => boolean) =>
    until(`${phone.id} shows it`, () => phone.messages().find((entry) => entry.id === id && what(entry)))
  const count = (...phones: readonly Phone[]) => phones.map((phone) => phone.messages().length)
  const events = async (type: string, id: string) => {
    const { events } = await device.api.get<{ events: { data: Fields }[] }>(`/events?types=${type}&limit=1000`)
    return events.map(({ data }) => data).filter((data) => data['message_id'] === id)
  }

  describe('messageActions.react', () => {
    it('sets a reaction, replaces it and takes it back, for everybody', async () => {
      const places = [
        { chat: bob.jid, id: await heard(bob, ana.jid, { text: 'react to me' }), phones: [bob] },
        { chat: bob.jid, id: await said(bob.jid, 'or to me'), phones: [bob] },
        { chat: team, id: await heard(cid, team, { text: 'or to me' }), phones: [bob, cid] },
      ]
      for (const { chat, id, phones } of places) {
        for (const emoji of ['👍', '👩‍👩‍👧‍👦', '']) {
          const sent = await device.api.post<Fields>(`/messages/${id}/reaction`, { chat_jid: chat, emoji })
          assert.equal(sent['status'], 'sent')
          for (const phone of phones)
            await shows(phone, id, ({ reactions = {} }) => (reactions[ana.jid] ?? '') === emoji)
          const { reactions } = (await stored(id)) as { reactions: Fields[] }
          const left = emoji === '' ? [] : [[emoji, ana.jid, ana.lid]]
          assert.deepEqual(
            reactions.map((reaction) => pick(reaction, 'emoji', 'sender', 'sender_lid')),
            left,
          )
        }
        const told = (await events('message.reaction', id)).map((data) => pick(data, 'emoji', 'is_from_me'))
        assert.deepEqual(told, [
          ['👍', true],
          ['👩‍👩‍👧‍👦', true],
          ['', true],
        ])
      }
      assert.deepEqual([...ana.violations, ...bob.violations, ...cid.violations], [])
    })

    it('refuses what is not one emoji, a message of another chat, and one that nobody knows', async () => {
      const id = await heard(bob, ana.jid, { text: 'leave me alone' })
      const before = count(bob, cid)
      const react = `/messages/${id}/reaction`
      for (const emoji of ['👍👍', 'ok', '1', '👍!', '🇩🇪🇫🇷']) {
        await device.api.refuses('invalid_request', 'POST', react, { chat_jid: bob.jid, emoji })
      }
      await device.api.refuses('message_not_found', 'POST', react, { chat_jid: cid.jid, emoji: '👍' })
      const unknown = '/messages/3EB0000000000000000000/reaction'
      await device.api.refuses('message_not_found', 'POST', unknown, { chat_jid: bob.jid, emoji: '👍' })
      const other = await gateway.linkDevice()
      await other.api.refuses('message_not_found', 'POST', react, { chat_jid: bob.jid, emoji: '👍' })
      assert.deepEqual(count(bob, cid), before)
    })

    it('happens once under an Idempotency-Key', async () => {
      const id = await heard(bob, ana.jid, { text: 'once' })
      const api = device.api.with({ 'idempotency-key': 'react-once' })
      const answers: unknown[] = []
      for (const _ of [1, 2]) {
        answers.push(await api.post(`/messages/${id}/reaction`, { chat_jid: bob.jid, emoji: '👍' }))
      }
      assert.deepEqual(answers[0], answers[1])
      await shows(bob, id, ({ reactions = {} }) => reactions[ana.jid] === '👍')
      assert.equal(bob.messages().filter(({ targetId }) => targetId === id).length, 1)
    })
  })

  describe('messageActions.edit', () => {
    it('gives an own message new words on every phone and in the store', async () => {
      for (const [chat, phones] of [
        [bob.jid, [bob]],
        [team, [bob, cid]],
      ] as const) {
        const id = await said(chat, 'v1')
        const before = await stored(id)
        for (const text of ['v2', 'v3']) {
          const edit = await device.api.patch<{ message_id: string }>(`/messages/${id}`, { chat_jid: chat, text })
          for (const phone of phones) await shows(phone, id, ({ editedText }) => editedText === text)
          const after = await stored(id)
          assert.deepEqual(pick(after, 'text', 'timestamp'), [text, before['timestamp']])
          assert.ok(after['edited_at'])
          assert.notEqual(edit.message_id, id)
        }
        assert.deepEqual(
          (await events('message.edited', id)).map(({ text }) => text),
          ['v2', 'v3'],
        )
      }
    })

    it('changes the caption of a file that the phone sent, and keeps the file', async () => {
      const image = { data: Buffer.from('not really a picture'), width: 4, height: 3, caption: 'v1' }
      const id = await heard(ana, bob.jid, { image })
      await device.api.patch(`/messages/${id}`, { chat_jid: bob.jid, text: 'v2' })
      const shown = await shows(bob, id, ({ editedText }) => editedText === 'v2')
      assert.equal(shown.kind, 'image')
      assert.deepEqual(pick(await stored(id), 'type', 'text'), ['image', 'v2'])
    })

    it('mentions people in new words', async () => {
      const id = await said(team, 'v1')
      const { message_id: edit } = await device.api.patch<{ message_id: string }>(`/messages/${id}`, {
        ...{ chat_jid: team, text: 'v2 for @Cid', mentions: [cid.id] },
      })
      const { message } = await cid.until.message((entry) => entry.id === edit)
      const words = message.editedMessage?.message?.protocolMessage?.editedMessage
      assert.deepEqual(words?.extendedTextMessage?.contextInfo?.mentionedJid, [cid.lid])
    })

    it('is refused for what others wrote, for what is older than 15 minutes, and for what has no words', async () => {
      const edit = { chat_jid: bob.jid, text: 'never' }
      const foreign = await heard(bob, ana.jid, { text: 'mine' })
      const old = await said(bob.jid, 'old')
      const place = await device.api.post<{ message_id: string }>(`/chats/${bob.id}/locations`, {
        ...{ latitude: 1, longitude: 2 },
      })
      const before = count(bob)
      await device.api.refuses('not_own_message', 'PATCH', `/messages/${foreign}`, edit)
      await device.api.refuses('message_not_suitable', 'PATCH', `/messages/${place.message_id}`, edit)
      await device.api.refuses('invalid_request', 'PATCH', `/messages/${old}`, { ...edit, text: ' ' })
      clock.set(16 * minute)
      await device.api.refuses('message_too_old', 'PATCH', `/messages/${old}`, edit)
      clock.set(-16 * minute)
      assert.deepEqual(count(bob), before)
      assert.deepEqual(pick(await stored(old), 'text', 'edited_at'), ['old', null])
    })
  })

  describe('messageActions.delete', () => {
    it('takes an own message back for everybody', async () => {
      for (const [chat, phones] of [
        [bob.jid, [bob, ana]],
        [team, [bob, cid, ana]],
      ] as const) {
        const id = await said(chat, 'never mind')
        await device.api.delete(`/messages/${id}`, { chat_jid: chat })
        for (const phone of phones) await shows(phone, id, ({ revoked }) => revoked === true)
        assert.deepEqual(pick(await stored(id), 'text', 'deleted_by'), [null, ana.jid])
        assert.equal((await events('message.deleted', id)).length, 1)
        const again = { chat_jid: chat }
        await device.api.refuses('message_not_suitable', 'DELETE', `/messages/${id}`, again)
        await device.api.refuses('message_not_suitable', 'POST', `/messages/${id}/reaction`, { ...again, emoji: '👍' })
      }
    })

    it('takes back what others wrote in a group that the account runs, whoever is named as its author', async () => {
      for (const named of [{}, { sender_jid: cid.id }, { sender_jid: cid.lid }]) {
        const id = await heard(cid, own, { text: 'spam' })
        await device.api.delete(`/messages/${id}`, { chat_jid: own, ...named })
        for (const phone of [ana, bob, cid]) await shows(phone, id, ({ revoked }) => revoked === true)
        assert.deepEqual(pick(await stored(id), 'text', 'deleted_by'), [null, ana.jid])
      }
      assert.deepEqual([...ana.violations, ...bob.violations, ...cid.violations], [])
    })

    it('takes nothing back that a plain member or a partner may not', async () => {
      const foreign = await heard(cid, team, { text: 'stays' })
      const partner = await heard(bob, ana.jid, { text: 'stays' })
      const before = count(bob, cid)
      await device.api.refuses('not_group_admin', 'DELETE', `/messages/${foreign}`, { chat_jid: team })
      await device.api.refuses('not_own_message', 'DELETE', `/messages/${partner}`, { chat_jid: bob.jid })
      const wrong = { chat_jid: own, sender_jid: bob.jid }
      const id = await heard(cid, own, { text: 'stays' })
      await device.api.refuses('message_not_found', 'DELETE', `/messages/${id}`, wrong)
      const after = count(bob, cid)
      assert.deepEqual(
        after,
        before.map((many) => many + 1),
      )
      for (const each of [foreign, partner, id]) assert.equal((await stored(each))['text'], 'stays')
      for (const entry of [...bob.messages(), ...cid.messages()]) {
        if ([foreign, partner, id].includes(entry.id)) assert.notEqual(entry.revoked, true)
      }
    })
  })

  describe('messageActions.pin and messageActions.keep', () => {
    it('pin a message for everybody, and unpin it', async () => {
      for (const [chat, phones] of [
        [bob.jid, [bob]],
        [team, [bob, cid]],
      ] as const) {
        const id = await said(chat, 'pin me')
        await device.api.post(`/messages/${id}/pin`, { chat_jid: chat, pin: true, seconds: 86_400 })
        for (const phone of phones) await shows(phone, id, ({ pinned }) => pinned === true)
        const { pinned } = (await stored(id)) as { pinned: { by: string; until: string } }
        assert.equal(pinned.by, ana.jid)
        await device.api.post(`/messages/${id}/pin`, { chat_jid: chat, pin: false })
        for (const phone of phones) await shows(phone, id, ({ pinned }) => pinned === false)
        assert.equal((await stored(id))['pinned'], null)
      }
    })

    it('keep a message that disappears, and let it go again', async () => {
      const keep = { chat_jid: bob.jid, keep: true }
      await bob.send(ana.jid, { expiry: { seconds: 86_400 } })
      const id = await heard(bob, ana.jid, { text: 'keep me' })
      await device.api.post(`/messages/${id}/keep`, keep)
      await shows(bob, id, ({ kept }) => kept === true)
      assert.equal((await stored(id))['kept'], true)
      await device.api.post(`/messages/${id}/keep`, { ...keep, keep: false })
      await shows(bob, id, ({ kept }) => kept === false)
      assert.equal((await stored(id))['kept'], false)
      await bob.send(ana.jid, { expiry: { seconds: 0 } })
    })
  })

  describe('messageActions.forward', () => {
    const forward = async (id: string, to: string) =>
      (await device.api.post<{ message_id: string }>(`/messages/${id}/forward`, { to_chat_jid: to })).message_id

    it('sends a message of any kind on, with the mark and the score', async () => {
      const image = { data: Buffer.from('still no picture'), width: 4, height: 3, caption: 'look' }
      const kinds: Parameters<Phone['send']>[1][] = [
        { text: 'pass it on' },
        { image },
        { poll: { question: 'Lunch?', options: ['yes', 'no'], max_choices: 1 } },
        { contact: { name: 'Ada', phone: '4915112345678' } },
        { location: { latitude: 1.5, longitude: -2, name: 'Here' } },
      ]
      for (const what of kinds) {
        const id = await heard(bob, ana.jid, what)
        for (const [to, phones] of [
          [cid.jid, [cid]],
          [team, [bob, cid]],
        ] as const) {
          const sent = await forward(id, to)
          for (const phone of phones) {
            const entry = await phone.until.message((each) => each.id === sent)
            assert.equal(entry.forwarded, true, entry.kind)
            assert.equal(entry.kind, Object.keys(what)[0])
          }
          assert.deepEqual(pick(await stored(sent), 'forwarded', 'forwarding_score'), [true, 1])
        }
      }
    })

    it('sends a file on that came through the API, with the words that its caption has since', async () => {
      const base64 = (
        await sharp({ create: { width: 40, height: 30, channels: 3, background: '#fff' } })
          .jpeg()
          .toBuffer()
      ).toString('base64')
      const picture = { base64, caption: 'v1' }
      const { message_id: id } = await device.api.post<{ message_id: string }>(`/chats/${bob.id}/images`, picture)
      await bob.until.message((entry) => entry.id === id)
      await device.api.patch(`/messages/${id}`, { chat_jid: bob.jid, text: 'v2' })
      await shows(bob, id, ({ editedText }) => editedText === 'v2')
      const sent = await forward(id, cid.jid)
      const { message, media } = await cid.until.message((entry) => entry.id === sent)
      assert.deepEqual([message.imageMessage?.caption, media], ['v2', 'here'])
      assert.deepEqual(cid.violations, [])
    })

    it('counts how often, leaves own messages unmarked, and sends the newest words', async () => {
      const first = await heard(bob, ana.jid, { text: 'v1' })
      await bob.send(ana.jid, { edit: { message: first, text: 'v2' } })
      await until('it is edited', async () => (await stored(first))['text'] === 'v2')
      const sent = await forward(first, cid.jid)
      const shown = await cid.until.message((entry) => entry.id === sent)
      assert.equal(shown.message.extendedTextMessage?.text, 'v2')
      const back = await heard(cid, ana.jid, { forward: { message: sent } })
      const again = await forward(back, bob.jid)
      assert.equal((await stored(again))['forwarding_score'], 3)
      const mine = await said(bob.jid, 'my own')
      const entry = await forward(mine, cid.jid)
      assert.equal((await cid.until.message(({ id }) => id === entry)).forwarded, undefined)
      const quoted = await device.api.post<{ message_id: string }>(`/messages/${first}/reply`, {
        ...{ chat_jid: bob.jid, text: 'yes' },
      })
      const { message } = await bob.until.message(({ id }) => id === quoted.message_id)
      const { quotedMessage } = message.extendedTextMessage?.contextInfo ?? {}
      assert.equal(quotedMessage?.conversation, 'v2')
    })

    it('is refused for what phones do not forward', async () => {
      const image = { data: Buffer.from('no picture'), width: 4, height: 3 }
      const once = await heard(bob, ana.jid, { image, view_once: true })
      const gone = await heard(bob, ana.jid, { text: 'gone' })
      await bob.send(ana.jid, { revoke: { message: gone } })
      await until('it is gone', async () => (await stored(gone))['deleted_at'] !== null)
      const pin = await heard(bob, ana.jid, { pin: { message: once } })
      const before = count(cid)
      for (const id of [once, gone, pin]) {
        await device.api.refuses('message_not_suitable', 'POST', `/messages/${id}/forward`, { to_chat_jid: cid.jid })
      }
      assert.deepEqual(count(cid), before)
    })
  })
})
