import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { Core } from '../sessions/testing/core.ts'
import { until } from '../testing/until.ts'

const text = (words: string) => ({ type: 'text', text: words }) as const
const waitMs = 60_000
const heldMs = 500

describe('receipts', () => {
  let core: Core
  let deviceId: string
  let ana: Phone
  let bob: Phone
  /** A device that Bob has beside his phone. */
  let tablet: string
  before(async () => {
    core = await Core.start()
    ;({ deviceId, phone: ana } = await core.linked('Ana'))
    ;({ deviceId: tablet, phone: bob } = await core.linked('Bob'))
  })
  after(() => core.close())

  const send = async (words: string, chat = bob.id) =>
    (await core.messages.send({ deviceId, chat, content: text(words), waitMs })).messageId

  /** What the log tells of a message, oldest first. */
  const told = async (messageId: string) =>
    (await core.events(deviceId))
      .filter(({ type, payload }) => type.startsWith('message.') && payload['message_id'] === messageId)
      .map(({ type, payload }) => [type.slice('message.'.length), payload['sender']].filter(Boolean).join(' '))

  const event = (type: string, messageId: string) =>
    core.event(deviceId, type, { where: (payload) => payload['message_id'] === messageId })

  /** Everything that Bob's devices sent before is told by now. */
  const caughtUp = async () => {
    const sent = await core.messages.send({ deviceId: tablet, chat: ana.id, content: text('caught up'), waitMs })
    await event('message.received', sent.messageId)
    const spoken = await bob.send(ana.jid, { text: 'me too' })
    await event('message.received', spoken.id)
  }

  /** What was held back for {@link heldMs} is on its way. */
  const released = () => new Promise<void>((resolve) => core.sandbox.world.clock.after(heldMs, resolve))

  const receivedBy = (device: string, messageId: string) =>
    core.event(device, 'message.received', { where: (payload) => payload['message_id'] === messageId })

  it('raise one event a person and state, however many devices the person has', async () => {
    const id = await send('to both of your devices')
    await bob.until.message((message) => message.id === id)
    await receivedBy(tablet, id)
    await bob.read(ana.jid, [id])
    await core.messages.markRead(tablet, ana.id, {})
    await caughtUp()
    assert.deepEqual(await told(id), ['sent', `delivered ${bob.jid}`, `read ${bob.jid}`])
  })

  it('raise one event when the server doubles them', async () => {
    core.sandbox.fault.next(core.jid(deviceId), 'receipt', { duplicate: true, count: 2 })
    const id = await send('doubled')
    await bob.until.message((message) => message.id === id)
    await bob.read(ana.jid, [id])
    await event('message.read', id)
    await caughtUp()
    assert.deepEqual(await told(id), ['sent', `delivered ${bob.jid}`, `read ${bob.jid}`])
  })

  it('raise one event when they come again because their acknowledgement was lost', async () => {
    const id = await send('acknowledged in vain')
    await event('message.delivered', id)
    await caughtUp()
    core.sandbox.fault.next(core.jid(deviceId), 'ack', { drop: true, direction: 'in' })
    await bob.read(ana.jid, [id])
    await event('message.read', id)
    core.sandbox.disconnect(core.jid(deviceId), 0)
    await caughtUp()
    const fault = core.sandbox.world.log.since(0).filter(({ type }) => type === 'fault')
    assert.ok(fault.length > 0, 'an acknowledgement was lost')
    assert.deepEqual(await told(id), ['sent', `delivered ${bob.jid}`, `read ${bob.jid}`])
  })

  it('tell of no delivery after it was read', async () => {
    const cid = await core.sandbox.phone({ name: 'Cid' })
    core.sandbox.fault.next(core.jid(deviceId), 'receipt', { delayMs: heldMs })
    const id = await send('overtaken', cid.id)
    await cid.until.message((message) => message.id === id)
    await cid.read(ana.jid, [id])
    await event('message.read', id)
    await released()
    const spoken = await cid.send(ana.jid, { text: 'have read it' })
    await event('message.received', spoken.id)
    assert.deepEqual(await told(id), ['sent', `read ${cid.jid}`])
    const known = await core.messages.get(deviceId, id)
    assert.deepEqual(
      known?.history.map(({ state }) => state),
      ['queued', 'sent', 'read'],
    )
  })

  it('tell of a send first, when they come before its acknowledgement', async () => {
    const dan = await core.sandbox.phone({ name: 'Dan' })
    core.sandbox.fault.next(core.jid(deviceId), 'ack', { drop: true })
    const id = await send('quicker than the server', dan.id)
    await dan.read(ana.jid, [id])
    await event('message.read', id)
    assert.deepEqual(await told(id), ['sent', `delivered ${dan.jid}`, `read ${dan.jid}`])
    await until('nothing is left to send', async () => {
      const { query } = core.parts.database
      return (await query.selectFrom('send_intent').selectAll().execute()).length === 0
    })
  })

  it('tell nothing more when the acknowledgement comes late', async () => {
    const eve = await core.sandbox.phone({ name: 'Eve' })
    core.sandbox.fault.next(core.jid(deviceId), 'ack', { delayMs: heldMs })
    const id = await send('to be acknowledged late', eve.id)
    await event('message.delivered', id)
    await released()
    await caughtUp()
    assert.deepEqual(await told(id), ['sent', `delivered ${eve.jid}`])
  })

  it('raise an event for each member of a group', async () => {
    const [fay, gil] = [await core.sandbox.phone({ name: 'Fay' }), await core.sandbox.phone({ name: 'Gil' })]
    const group = await fay.groups.create({ subject: 'Team', participants: [ana.jid, gil.jid] })
    const id = await send('to all', group.jid)
    for (const phone of [fay, gil]) {
      await phone.until.message((message) => message.id === id)
      await phone.read(group.jid, [id])
    }
    for (const who of [fay, gil]) {
      await core.event(deviceId, 'message.read', {
        where: (payload) => payload['message_id'] === id && payload['sender'] === who.jid,
      })
    }
    const expected = [fay, gil].flatMap(({ jid }) => [`delivered ${jid}`, `read ${jid}`])
    assert.deepEqual((await told(id)).sort(), [...expected, 'sent'].sort())
  })

  it('concern the messages of their own chat alone', async () => {
    const id = await send('for Bob')
    await event('message.delivered', id)
    const stranger = { jid: '4915799999999@s.whatsapp.net' }
    const plan = await core.messages.planInbound(deviceId, {
      kind: 'receipt',
      type: 'read',
      messageIds: [id],
      chat: stranger,
      sender: stranger,
      at: Date.now(),
      offline: false,
    })
    await core.parts.database.commit(plan.statements)
    assert.equal((await core.messages.get(deviceId, id))?.message.state, 'delivered')
  })

  it('of the own phone mark as read what came in, once', async () => {
    const asked = await bob.send(ana.jid, { text: 'read me on your phone' })
    await event('message.received', asked.id)
    await ana.until.message((message) => message.id === asked.id)
    core.sandbox.fault.next(core.jid(deviceId), 'receipt', { duplicate: true })
    await ana.read(bob.jid, [asked.id])
    await event('message.read', asked.id)
    await caughtUp()
    assert.deepEqual(await told(asked.id), [`received`, `read ${ana.jid}`])
    assert.equal((await core.messages.get(deviceId, asked.id))?.message.state, 'read')
  })
})
