import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '../phone/phone.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'
import { shown } from './testing/message-steps.ts'

describe('messages that do not come whole, with a stock client', () => {
  const stage = conformanceWorld(39)
  let ana: Linked
  let ben: Phone

  before(async () => {
    ;[ana, ben] = await stage.two()
  })
  after(() => stage.end())

  /** Ana's phone has it too: its requests and answers may name it. */
  const atAna = (id: string) => ana.phone.until.message((entry) => entry.id === id)

  it('come as a placeholder first, and whole when the client asks its phone', async () => {
    const sent = await ben.send(ana.phone.jid, { text: 'not for every device', unavailable: '' })
    await atAna(sent.id)
    // The client waits two seconds for the message to come by itself.
    const { inner } = await shown(ana.client, sent.id)
    assert.equal(inner.conversation, 'not for every device')
    assert.ok(ana.client.messages.some(({ key, message }) => key?.id === sent.id && !message))
  })

  it('are announced only, when companions may not view them', async () => {
    const sent = await ben.send(ana.phone.jid, { image: {}, view_once: true, unavailable: 'view_once' })
    const { messages } = await ana.client.until('messages.upsert', (event) =>
      event.messages.some(({ key }) => key.id === sent.id),
    )
    const seen = messages.find(({ key }) => key.id === sent.id)
    assert.equal(seen?.key.isViewOnce, true)
    assert.equal(seen?.message ?? undefined, undefined)
  })

  it('are asked for again when they cannot be read, and come whole', async (test) => {
    // The library tells the console of what it cannot read.
    test.mock.method(console, 'error', () => {})
    const sandbox = await stage.sandbox()
    sandbox.fault.next(ana.jid, 'message', { corrupt: true })
    const sent = await ben.send(ana.phone.jid, { poll: { question: 'Again?', options: ['a', 'b'], max_choices: 1 } })
    const { inner } = await shown(ana.client, sent.id)
    assert.equal(inner.pollCreationMessageV3?.name, 'Again?')
    await ben.until.event('phone.retry_answered', ({ id }) => id === sent.id)
  })

  it('come to groups as a placeholder for companions, and whole when the client asks its phone', async () => {
    const group = await ben.groups.create({ subject: 'Not for all', participants: [ana.phone.jid] })
    await ana.phone.groups.of(group.jid).until.change('create')
    const sent = await ben.send(group.jid, { text: 'for phones first', unavailable: '' })
    await ana.phone.until.message(({ id }) => id === sent.id)
    const { whole, inner } = await shown(ana.client, sent.id)
    assert.equal(inner.conversation, 'for phones first')
    assert.equal(whole.key.remoteJid, group.jid)
    assert.ok(ana.client.messages.some(({ key, message }) => key?.id === sent.id && !message))
    const open = await ben.send(group.jid, { text: 'for all again' })
    assert.equal((await shown(ana.client, open.id)).inner.conversation, 'for all again')
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
