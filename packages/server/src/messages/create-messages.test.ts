import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { Core } from '../sessions/testing/core.ts'
import { until } from '../testing/until.ts'

const text = (words: string) => ({ type: 'text', text: words }) as const
/** Far longer than anything here takes. */
const waitMs = 60_000

const shown = (phone: Phone, words: string) => phone.messages().filter((message) => message.text === words)
const stateOf = async (core: Core, deviceId: string, id: string) =>
  (await core.messages.get(deviceId, id))?.message.state
const intentsOf = (core: Core, deviceId: string) =>
  core.parts.database.query.selectFrom('send_intent').selectAll().where('device_id', '=', deviceId).execute()

describe('messages', () => {
  let core: Core
  let deviceId: string
  let ana: Phone
  let bob: Phone
  before(async () => {
    core = await Core.start()
    ;({ deviceId, phone: ana } = await core.linked('Ana'))
    bob = await core.sandbox.phone({ name: 'Bob' })
  })
  after(() => core.close())

  it('sends a text that the other phone can read, and follows it until it was read', async () => {
    const sent = await core.messages.send({ deviceId, chat: bob.id, content: text('hello'), waitMs })
    assert.equal(sent.state, 'sent')
    assert.deepEqual(sent.chat, { jid: bob.jid, lid: bob.lid })
    const seen = await bob.until.message((message) => message.text === 'hello')
    assert.equal(seen.id, sent.messageId)
    const mine = (payload: Readonly<Record<string, unknown>>) => payload['message_id'] === sent.messageId
    await core.event(deviceId, 'message.sent', { where: mine })
    await core.event(deviceId, 'message.delivered', { where: mine })
    await bob.read(ana.jid, [sent.messageId])
    await core.event(deviceId, 'message.read', { where: mine })
    const known = await core.messages.get(deviceId, sent.messageId)
    assert.equal(known?.message.state, 'read')
    assert.deepEqual(
      known?.history.map(({ state }) => state),
      ['queued', 'sent', 'delivered', 'read'],
    )
    assert.deepEqual(await intentsOf(core, deviceId), [])
  })

  it('gives a message again to its chat, by each of its addresses, and to no other', async () => {
    const { messageId } = await core.messages.send({ deviceId, chat: bob.id, content: text('for Bob alone'), waitMs })
    const cid = await core.sandbox.phone({ name: 'Cid' })
    const again = async (chat: string) =>
      Buffer.from((await core.messages.sentMessage(deviceId, chat, messageId)) ?? []).includes('for Bob alone')
    await bob.send(ana.jid, { text: 'I have a LID' })
    await core.event(deviceId, 'message.received', { where: (payload) => payload['text'] === 'I have a LID' })
    assert.deepEqual([await again(bob.jid), await again(bob.lid)], [true, true])
    assert.deepEqual([await again(cid.jid), await again(cid.lid), await again(ana.jid)], [false, false, false])
  })

  it('shows on the own phone what the device sent', async () => {
    await core.messages.send({ deviceId, chat: bob.id, content: text('mine too'), waitMs })
    await until('the own phone has it', () => shown(ana, 'mine too').length === 1)
  })

  it('really quotes the message it answers', async () => {
    const asked = await bob.send(ana.jid, { text: 'how are you?' })
    await core.event(deviceId, 'message.received', { where: (payload) => payload['message_id'] === asked.id })
    const quoted = await core.messages.quotable(deviceId, asked.id, bob.id)
    assert.ok(quoted)
    await core.messages.send({ deviceId, chat: bob.id, content: text('fine'), context: { quoted }, waitMs })
    const answer = await bob.until.message((message) => message.text === 'fine')
    assert.equal(answer.quotedId, asked.id)
  })

  it('stores what comes in, once, and lists the chat newest first', async () => {
    const carol = await core.sandbox.phone({ name: 'Carol' })
    for (const words of ['one', 'two', 'three']) await carol.send(ana.jid, { text: words })
    await core.event(deviceId, 'message.received', { where: (payload) => payload['text'] === 'three' })
    const { messages: all } = await core.messages.list(deviceId, { chat: carol.id, limit: 10 })
    assert.deepEqual(
      all.map((message) => message.text),
      ['three', 'two', 'one'],
    )
    assert.ok(
      all.every((message) => message.chat.jid === carol.jid && message.sender.jid === carol.jid && !message.fromMe),
    )
    const { messages: byLid } = await core.messages.list(deviceId, { chat: carol.lid, limit: 10 })
    assert.deepEqual(byLid, all, 'the LID names the same chat')
    const [newest] = all
    const { messages: older } = await core.messages.list(deviceId, { chat: carol.id, limit: 1, before: newest!.id })
    assert.deepEqual(older, [all[1]])
    const { messages: newer } = await core.messages.list(deviceId, { chat: carol.id, limit: 1, after: all[2]!.id })
    assert.deepEqual(newer, [all[1]])
    const unknown = core.messages.list(deviceId, { chat: carol.id, limit: 1, before: '3EB0NONE' })
    await assert.rejects(unknown, { code: 'message_not_found' })
  })

  it('stores copies of what the account sends from its phone', async () => {
    const sent = await ana.send(bob.jid, { text: 'from the phone' })
    const event = await core.event(deviceId, 'message.received', {
      where: (payload) => payload['message_id'] === sent.id,
    })
    assert.equal(event.payload['is_from_me'], true)
    const known = await core.messages.get(deviceId, sent.id)
    assert.deepEqual([known?.message.fromMe, known?.message.chat.jid], [true, bob.jid])
    assert.ok(['sent', 'delivered'].includes(known?.message.state ?? ''))
  })

  it('tells the other side that everything of a chat was read', async () => {
    const dora = await core.sandbox.phone({ name: 'Dora' })
    const first = await dora.send(ana.jid, { text: 'read me' })
    const second = await dora.send(ana.jid, { text: 'me too' })
    await core.event(deviceId, 'message.received', { where: (payload) => payload['message_id'] === second.id })
    assert.equal(await core.messages.markRead(deviceId, dora.id, {}), 2)
    await dora.until.receipt({ id: first.id, type: 'read' })
    await dora.until.receipt({ id: second.id, type: 'read' })
    assert.equal(await stateOf(core, deviceId, first.id), 'read')
    assert.equal(await core.messages.markRead(deviceId, dora.id, {}), 0)
  })

  it('says with which code WhatsApp refused a message', async () => {
    core.sandbox.fault.next(core.jid(deviceId), 'message', { nack: 463 })
    const messageId = core.parts.engine.newMessageId()
    const request = { deviceId, chat: bob.id, content: text('refused'), waitMs, messageId }
    const refusal = { code: 'message_refused', details: { whatsapp_code: 463 } }
    await assert.rejects(core.messages.send(request), refusal)
    await core.event(deviceId, 'message.failed', { where: (payload) => payload['message_id'] === messageId })
    const known = await core.messages.get(deviceId, messageId)
    assert.deepEqual([known?.message.state, known?.message.stateReason], ['failed', 'refused_463'])
    await assert.rejects(core.messages.send(request), refusal, 'the same id meets the same end')
    assert.deepEqual(shown(bob, 'refused'), [])
  })

  it('knows that a number has no account', async () => {
    const request = { deviceId, chat: '4915100000000', content: text('nobody'), waitMs }
    await assert.rejects(core.messages.send(request), { code: 'not_on_whatsapp' })
  })

  it('stores nothing for a device that is not connected', async () => {
    const offline = await core.device()
    const request = { deviceId: offline, chat: bob.id, content: text('never'), waitMs }
    await assert.rejects(core.messages.send(request), { code: 'device_not_linked' })
    assert.deepEqual(await intentsOf(core, offline), [])
    assert.deepEqual((await core.messages.list(offline, { chat: bob.id, limit: 10 })).messages, [])
  })

  it('sends a message with a known id once, and gives its answer again', async () => {
    const messageId = core.parts.engine.newMessageId()
    const request = { deviceId, chat: bob.id, content: text('only once'), waitMs, messageId }
    const [one, other] = await Promise.all([core.messages.send(request), core.messages.send(request)])
    assert.deepEqual([one.state, other.state], ['sent', 'sent'])
    const third = await core.messages.send(request)
    assert.equal(third.messageId, messageId)
    await bob.until.message((message) => message.text === 'only once')
    assert.equal(shown(bob, 'only once').length, 1)
  })

  it('keeps many sends at once in their order', async () => {
    const eve = await core.sandbox.phone({ name: 'Eve' })
    const words = Array.from({ length: 20 }, (_, place) => `word ${place}`)
    const sent = await Promise.all(
      words.map((each) => core.messages.send({ deviceId, chat: eve.id, content: text(each), waitMs })),
    )
    assert.ok(sent.every(({ state }) => state === 'sent'))
    await eve.until.message((message) => message.text === words.at(-1))
    assert.deepEqual(
      eve.messages().map((message) => message.text),
      words,
    )
  })

  it('sends again under the same id when the connection ends before the answer', async () => {
    const frank = await core.sandbox.phone({ name: 'Frank' })
    await core.messages.send({ deviceId, chat: frank.id, content: text('before'), waitMs })
    core.sandbox.fault.next(core.jid(deviceId), 'ack', { drop: true })
    const sending = core.messages.send({ deviceId, chat: frank.id, content: text('unsure'), waitMs })
    const seen = await frank.until.message((message) => message.text === 'unsure')
    core.sandbox.disconnect(core.jid(deviceId), 0)
    const sent = await sending
    assert.equal(sent.messageId, seen.id)
    assert.equal(sent.state, 'sent')
    await until('the intent ended', async () => (await intentsOf(core, deviceId)).length === 0)
    assert.equal(shown(frank, 'unsure').length, 1)
  })

  it('reads addresses as people write them, and names what is none', async () => {
    assert.equal(await core.messages.resolveChat(deviceId, `+${bob.id}`), bob.jid)
    assert.equal(await core.messages.resolveChat(deviceId, bob.lid), bob.jid)
    await assert.rejects(core.messages.resolveChat(deviceId, 'nobody'), { code: 'invalid_phone' })
    await assert.rejects(core.messages.resolveChat(deviceId, 'nobody@nowhere'), { code: 'invalid_jid' })
  })
})

describe('a device that types for long', () => {
  let core: Core
  let deviceId: string
  let bob: Phone
  before(async () => {
    const patient = { WHATSAPP_TYPING_DELAY_MIN: '10m', WHATSAPP_TYPING_DELAY_MAX: '10m' }
    core = await Core.start({ environment: { WHATSAPP_AUTO_PRESENCE_ENABLED: 'true', ...patient } })
    ;({ deviceId } = await core.linked('Ana'))
    bob = await core.sandbox.phone({ name: 'Bob' })
  })
  after(() => core.close())

  it('sends at once for a request that wants no pacing', async () => {
    const request = { deviceId, chat: bob.id, content: text('quickly'), waitMs, presenceSimulation: false }
    assert.equal((await core.messages.send(request)).state, 'sent')
  })

  it('fails what is queued when the device is logged out', async () => {
    const device = await core.linked('Gone')
    const request = {
      deviceId: device.deviceId,
      chat: bob.id,
      content: text('too late'),
      waitMs,
      presenceSimulation: true,
    }
    const sending = core.messages.send(request)
    sending.catch(() => undefined)
    await until('it is queued', async () => (await intentsOf(core, device.deviceId)).length === 1)
    await core.sessions.logout(device.deviceId)
    await assert.rejects(sending, { code: 'device_not_linked' })
    assert.deepEqual(await intentsOf(core, device.deviceId), [])
  })
})

describe('a device that types for a while', () => {
  let core: Core
  let deviceId: string
  let bob: Phone
  before(async () => {
    // Long enough that a slow machine comes in time to cancel.
    const calm = { WHATSAPP_TYPING_DELAY_MIN: '3s', WHATSAPP_TYPING_DELAY_MAX: '3s' }
    core = await Core.start({ environment: { WHATSAPP_AUTO_PRESENCE_ENABLED: 'true', ...calm } })
    ;({ deviceId } = await core.linked('Ana'))
    bob = await core.sandbox.phone({ name: 'Bob' })
  })
  after(() => core.close())

  it('cancels what is queued, and nothing else', async () => {
    const queued = await core.messages.send({ deviceId, chat: bob.id, content: text('never mind'), waitMs: 20 })
    await core.messages.cancel(deviceId, queued.messageId)
    assert.equal(await stateOf(core, deviceId, queued.messageId), 'cancelled')
    const next = await core.messages.send({
      deviceId,
      chat: bob.id,
      content: text('after it'),
      waitMs,
      presenceSimulation: false,
    })
    await bob.until.message((message) => message.text === 'after it')
    assert.deepEqual(shown(bob, 'never mind'), [])
    await assert.rejects(core.messages.cancel(deviceId, next.messageId), { code: 'message_not_cancellable' })
    await assert.rejects(core.messages.cancel(deviceId, '3EB0NONE'), { code: 'message_not_found' })
  })
})

describe('messages with pacing', () => {
  let core: Core
  let deviceId: string
  let ana: Phone
  let bob: Phone
  before(async () => {
    const slow = { WHATSAPP_TYPING_DELAY_MIN: '300ms', WHATSAPP_TYPING_DELAY_MAX: '300ms' }
    const reading = {
      WHATSAPP_AUTO_MARK_READ: 'true',
      WHATSAPP_READ_RECEIPT_DELAY_MIN: '1ms',
      WHATSAPP_READ_RECEIPT_DELAY_MAX: '5ms',
    }
    core = await Core.start({ environment: { WHATSAPP_AUTO_PRESENCE_ENABLED: 'true', ...slow, ...reading } })
    ;({ deviceId, phone: ana } = await core.linked('Ana'))
    bob = await core.sandbox.phone({ name: 'Bob' })
    await bob.presence('available')
  })
  after(() => core.close())

  it('answers queued when the caller waits no longer, and sends all the same', async () => {
    const queued = await core.messages.send({ deviceId, chat: bob.id, content: text('slowly'), waitMs: 50 })
    assert.equal(queued.state, 'queued')
    await bob.until.message((message) => message.text === 'slowly')
    await core.event(deviceId, 'message.sent', { where: (payload) => payload['message_id'] === queued.messageId })
  })

  it('reads what comes in by itself', async () => {
    const sent = await bob.send(ana.jid, { text: 'read by itself' })
    await bob.until.receipt({ id: sent.id, type: 'read' })
    await until('it is noted', async () => (await stateOf(core, deviceId, sent.id)) === 'read')
  })

  it('continues with queued messages after a restart, and sends each once', async () => {
    const requests = ['first', 'second', 'third'].map((each) =>
      core.messages.send({ deviceId, chat: bob.id, content: text(each), waitMs: 20 }),
    )
    const queued = await Promise.all(requests)
    assert.ok(queued.every(({ state }) => state === 'queued'))
    await core.shutDown()
    await core.boot()
    await bob.until.message((message) => message.text === 'third')
    for (const each of ['first', 'second', 'third']) assert.equal(shown(bob, each).length, 1, each)
    for (const { messageId } of queued) {
      await until('it is settled', async () =>
        ['sent', 'delivered'].includes((await stateOf(core, deviceId, messageId)) ?? ''),
      )
    }
  })
})

describe('messages that waited too long in the queue', () => {
  it('expire after a restart, with the same words in the log and in the answer, and are never sent', async () => {
    const slow = { WHATSAPP_TYPING_DELAY_MIN: '5s', WHATSAPP_TYPING_DELAY_MAX: '5s' }
    const core = await Core.start({ environment: { WHATSAPP_AUTO_PRESENCE_ENABLED: 'true', ...slow } })
    try {
      const { deviceId } = await core.linked('Ana')
      const bob = await core.sandbox.phone({ name: 'Bob' })
      const { messageId } = await core.messages.send({ deviceId, chat: bob.id, content: text('too late'), waitMs: 50 })
      await core.shutDown()
      core.clock.pass(49 * 3_600_000)
      await core.boot()
      const told = await core.event(deviceId, 'message.failed', {
        where: (payload) => payload['message_id'] === messageId,
      })
      assert.deepEqual([told.payload['state'], told.payload['reason']], ['expired', 'not_connected_in_time'])
      const known = await core.messages.get(deviceId, messageId)
      assert.deepEqual([known?.message.state, known?.message.stateReason], ['expired', 'not_connected_in_time'])
      assert.deepEqual(shown(bob, 'too late'), [])
    } finally {
      await core.close()
    }
  })
})

describe('messages that nobody can be sure of', () => {
  it('become unknown after five minutes, and are never sent again', async () => {
    const core = await Core.start()
    try {
      const { deviceId } = await core.linked('Ana')
      const bob = await core.sandbox.phone({ name: 'Bob' })
      await core.messages.send({ deviceId, chat: bob.id, content: text('before'), waitMs })
      core.sandbox.fault.next(core.jid(deviceId), 'message', { drop: true, direction: 'in' })
      const sent = await core.messages.send({ deviceId, chat: bob.id, content: text('lost?'), waitMs: 300 })
      await until('it is under way', async () => (await stateOf(core, deviceId, sent.messageId)) === 'sending')
      await core.shutDown()
      core.clock.pass(6 * 60_000)
      await core.boot()
      await core.event(deviceId, 'message.failed', { where: (payload) => payload['message_id'] === sent.messageId })
      assert.equal(await stateOf(core, deviceId, sent.messageId), 'unknown')
      await core.messages.send({ deviceId, chat: bob.id, content: text('after'), waitMs })
      await bob.until.message((message) => message.text === 'after')
      assert.deepEqual(shown(bob, 'lost?'), [])
    } finally {
      await core.close()
    }
  })
})
