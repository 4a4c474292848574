import assert from 'node:assert/strict'
import { it } from 'node:test'
import { EngineError, SendError } from '../errors.ts'
import type { EngineHarness } from './harness.ts'
import { linked, reopen, sendText, tellsOwnName } from './steps.ts'

/** Sending, receiving, receipts and typing between two people. */
export function messagingContract(harness: () => EngineHarness): void {
  it('sends a text that the recipient and the own phone can read', async () => {
    const device = await linked(harness(), 'Sara')
    const bob = await harness().phone('Bob')
    const { id, ack } = await sendText(harness(), device, bob.jid, 'hello Bob')
    assert.ok((await ack).at > 0)
    const shown = await bob.shows('hello Bob')
    assert.deepEqual([shown.id, shown.fromMe, shown.chat], [id, false, device.phone.jid])
    const copy = await device.phone.shows('hello Bob')
    assert.deepEqual([copy.id, copy.fromMe, copy.chat], [id, true, bob.jid])
    await device.session.close()
  })

  it('reaches the same chat by phone number and by LID', async () => {
    const device = await linked(harness(), 'Sina')
    const bob = await harness().phone('Bob')
    await sendText(harness(), device, bob.lid, 'to the LID')
    await sendText(harness(), device, bob.jid, 'to the number')
    assert.equal((await bob.shows('to the LID')).chat, (await bob.shows('to the number')).chat)
    await device.session.close()
  })

  it('writes to itself', async () => {
    const device = await linked(harness(), 'Selma')
    await (await sendText(harness(), device, device.phone.jid, 'note to self')).ack
    assert.equal((await device.phone.shows('note to self')).fromMe, true)
    await device.session.close()
  })

  it('keeps the order of sends', async () => {
    const device = await linked(harness(), 'Olga')
    const bob = await harness().phone('Bob')
    const texts = Array.from({ length: 20 }, (_, index) => `number ${index}`)
    const sent = await Promise.all(texts.map((text) => sendText(harness(), device, bob.jid, text)))
    const acks = await Promise.all(sent.map(({ ack }) => ack))
    assert.equal(acks.length, texts.length)
    for (const text of texts) await bob.shows(text)
    await device.session.close()
  })

  it('lets a text leave once what it waits for is durable, and not at all when that fails', async () => {
    const { engine } = harness()
    const device = await linked(harness(), 'Dora')
    const bob = await harness().phone('Bob')
    await sendText(harness(), device, bob.jid, 'before')
    const send = (text: string, durable: Promise<unknown>) => {
      const id = engine.newMessageId()
      const message = engine.compose({ type: 'text', text }, { now: Date.now(), chat: bob.jid })
      device.host.sent.set(`${bob.jid}|${id}`, message)
      return device.session.use('messaging').send({ id, chat: bob.jid, message, durable })
    }
    let isDurable = false
    const durable = Promise.withResolvers<void>()
    const held = send('held back', durable.promise).then(() => assert.ok(isDurable))
    const full = Promise.reject(new Error('the disk is full'))
    full.catch(() => {})
    const isNotSent = (error: unknown) => error instanceof SendError && error.certainty === 'not_sent'
    const refused = assert.rejects(send('never stored', full), isNotSent)
    const after = sendText(harness(), device, bob.jid, 'after')
    // Something else of the device is asked and answered meanwhile.
    await device.session.ping(10_000)
    isDurable = true
    durable.resolve()
    await Promise.all([held, refused, (await after).ack])
    for (const text of ['before', 'held back', 'after']) await bob.shows(text)
    await assert.rejects(bob.shows('never stored'))
    await device.session.close()
  })

  it('hands a received text over and then acknowledges it', async () => {
    const { host, session, phone, jid } = await linked(harness(), 'Rita')
    const bob = await harness().phone('Bob')
    const { id } = await bob.send(phone.jid, 'hello Rita')
    const item = await host.untilText('hello Rita')
    assert.deepEqual(
      [item.id, item.fromMe, item.chat.jid, item.chat.lid, item.sender.jid, item.pushName, item.view.type],
      [id, false, bob.jid, bob.lid, bob.jid, 'Bob', 'text'],
    )
    await harness().nothingWaits(jid)
    await session.close()
  })

  it('shows what the own phone sends as its own, in the right chat', async () => {
    const { host, session, phone } = await linked(harness(), 'Olli')
    const bob = await harness().phone('Bob')
    await phone.send(bob.jid, 'from my phone')
    const item = await host.untilText('from my phone')
    assert.deepEqual([item.fromMe, item.chat.jid, item.sender.jid], [true, bob.jid, phone.jid])
    await session.close()
  })

  it('gets what waited while it was away, in order, between begin and end', async () => {
    const { host, session, phone, jid } = await linked(harness(), 'Weda')
    const bob = await harness().phone('Bob')
    await session.close()
    const texts = ['one', 'two', 'three', 'four']
    for (const text of texts) await bob.send(phone.jid, text)
    const before = host.items.length
    const again = await reopen(harness(), host)
    await host.until(
      ({ items }) => items.slice(before).find((item) => item.kind === 'offline' && item.phase === 'end'),
      'end',
    )
    const offline = host.items.slice(before).filter((item) => item.kind === 'message')
    assert.deepEqual(
      offline.map(({ view, offline }) => [view.text, offline]),
      texts.map((text) => [text, true]),
    )
    await harness().nothingWaits(jid)
    await again.close()
  })

  it('learns when its message is delivered and read', async () => {
    const device = await linked(harness(), 'Lise')
    const bob = await harness().phone('Bob')
    const { id } = await sendText(harness(), device, bob.jid, 'read me')
    await bob.shows('read me')
    const delivered = await device.host.untilItem(
      'receipt',
      ({ type, messageIds }) => type === 'delivered' && messageIds.includes(id),
    )
    assert.equal(delivered.chat.jid, bob.jid)
    await bob.read(device.phone.jid, [id])
    const read = await device.host.untilItem(
      'receipt',
      ({ type, messageIds }) => type === 'read' && messageIds.includes(id),
    )
    assert.equal(read.sender.jid, bob.jid)
    await device.session.close()
  })

  it('marks messages as read', async () => {
    const { host, session, phone } = await linked(harness(), 'Mara')
    const bob = await harness().phone('Bob')
    const { id } = await bob.send(phone.jid, 'seen?')
    await host.untilText('seen?')
    await session.use('messaging').markRead({ chat: bob.jid, messageIds: [id] })
    await bob.receipt(id, 'read')
    await session.close()
  })

  it('sends inactive delivery receipts unless active ones are forced', async () => {
    const { host, session, phone } = await linked(harness(), 'Ina')
    const bob = await harness().phone('Bob')
    const first = await bob.send(phone.jid, 'quietly')
    await host.untilText('quietly')
    await bob.receipt(first.id, 'inactive')
    session.setForceActiveReceipts(true)
    const second = await bob.send(phone.jid, 'loudly')
    await bob.receipt(second.id, 'delivery')
    await session.close()
  })

  it('tells who types', async () => {
    const { host, session, phone } = await linked(harness(), 'Tina')
    const bob = await harness().phone('Bob')
    await host.untilItem('app_state', tellsOwnName())
    assert.equal(await session.use('presence').setAvailable(true), true)
    await session.ping(5_000)
    await bob.typing(phone.jid, 'recording')
    const state = await host.untilItem('chat_presence')
    assert.deepEqual([state.chat.lid, state.state, state.media], [bob.lid, 'composing', 'audio'])
    await session.close()
  })

  it('knows which numbers have an account', async () => {
    const { session } = await linked(harness(), 'Rega')
    const bob = await harness().phone('Bob')
    const [known, unknown] = await session.use('contacts').registrations([bob.number, '4999999999999'])
    assert.deepEqual([known?.registered, known?.jid, known?.lid], [true, bob.jid, bob.lid])
    assert.deepEqual(unknown, { phone: '4999999999999', registered: false })
    await session.close()
  })

  it('refuses to send to a number without an account', async () => {
    const device = await linked(harness(), 'Nora')
    const sending = sendText(harness(), device, '4999999999999@s.whatsapp.net', 'anybody?')
    await assert.rejects(sending, (error) => error instanceof EngineError && error.code === 'not_on_whatsapp')
    await device.session.close()
  })

  it('says with its code that WhatsApp refused a message', async () => {
    const device = await linked(harness(), 'Nadia')
    const bob = await harness().phone('Bob')
    harness().refuseNext(device.jid, 479)
    const { ack } = await sendText(harness(), device, bob.jid, 'refused')
    await assert.rejects(
      ack,
      (error) => error instanceof SendError && error.certainty === 'refused' && error.code === 479,
    )
    const { ack: next } = await sendText(harness(), device, bob.jid, 'accepted')
    await next
    await bob.shows('accepted')
    await device.session.close()
  })

  it('says not_sent when it is not open', async () => {
    const device = await linked(harness(), 'Zoe')
    await device.session.close()
    const sending = sendText(harness(), device, device.phone.jid, 'too late')
    await assert.rejects(sending, (error) => error instanceof SendError && error.certainty === 'not_sent')
  })
}
