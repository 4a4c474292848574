import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { ComposeContext, OutgoingContent } from '../content/index.ts'
import type { EngineHarness } from './harness.ts'
import { linked, sendContent } from './steps.ts'

/** What the other phone makes of each kind of content. */
export function contentContract(harness: () => EngineHarness): void {
  /** A linked device and Bob, in a group of his, and how to send to him or to it. */
  async function talking(name: string) {
    const device = await linked(harness(), name)
    const bob = await harness().phone('Bob')
    const group = await bob.groups.create('Team', [device.phone.jid])
    const send = async (content: OutgoingContent, context?: Partial<ComposeContext>, chat = bob.jid) => {
      const { id, ack } = await sendContent(harness(), device, chat, content, context)
      await ack
      return id
    }
    return { device, bob, group, send }
  }

  it('sends a place', async () => {
    const { device, bob, send } = await talking('Lola')
    const place = { latitude: 48.137154, longitude: -11.576124, name: 'Marienplatz', address: 'Munich' }
    const { kind, details } = await bob.has(await send({ type: 'location', ...place }))
    assert.deepEqual([kind, details], ['location', { ...place, url: undefined }])
    await assert.rejects(send({ type: 'location', latitude: 90.5, longitude: 0 }), { code: 'invalid_argument' })
    await device.session.close()
  })

  it('sends cards, polls and events', async () => {
    const { device, bob, group, send } = await talking('Elsa')
    const card = { name: 'Ana', vcard: 'BEGIN:VCARD\nVERSION:3.0\nFN:Ana\nEND:VCARD' }
    for (const chat of [bob.jid, group]) {
      assert.equal((await bob.has(await send({ type: 'contacts', contacts: [card] }, {}, chat))).kind, 'contact')
      assert.equal((await bob.has(await send({ type: 'contacts', contacts: [card, card] }, {}, chat))).kind, 'contacts')
      const poll = { type: 'poll', question: 'Lunch?', options: ['yes', 'no'], selectable: 1 } as const
      const shown = await bob.has(await send(poll, {}, chat))
      assert.deepEqual([shown.kind, shown.text, shown.details?.['options']], ['poll', 'Lunch?', ['yes', 'no']])
      const event = await bob.has(await send({ type: 'event', name: 'Picnic', startsAt: 1_900_000_000_000 }, {}, chat))
      assert.deepEqual([event.kind, event.text], ['event', 'Picnic'])
    }
    await device.session.close()
  })

  it('changes what was said: edits, pins, keeps and takes back, alone and in a group', async () => {
    const { device, bob, group, send } = await talking('Emil')
    const { engine } = harness()
    for (const chat of [bob.jid, group]) {
      const id = await send({ type: 'text', text: 'v1' }, {}, chat)
      await bob.has(id)
      const target = { id, sender: device.phone.jid, fromMe: true }
      const original = engine.compose({ type: 'text', text: 'v1' }, { chat, now: Date.now() })
      await send({ type: 'edit', target, text: 'v2', original }, {}, chat)
      await bob.has(id, ({ editedText }) => editedText === 'v2')
      await send({ type: 'pin', target, pinned: true }, {}, chat)
      await bob.has(id, ({ pinned }) => pinned === true)
      await send({ type: 'keep', target, kept: true }, {}, chat)
      await bob.has(id, ({ kept }) => kept === true)
      await send({ type: 'revoke', target }, {}, chat)
      await bob.has(id, ({ revoked }) => revoked === true)
    }
    await device.session.close()
  })

  it('reacts to what others said, alone and in a group', async () => {
    const { device, bob, group, send } = await talking('Rea')
    for (const chat of [device.phone.jid, group]) {
      const { id } = await bob.send(chat, 'hi')
      await device.host.untilItem('message', (item) => item.id === id)
      const target = { id, sender: bob.jid, fromMe: false }
      const reaction = await send({ type: 'reaction', target, emoji: '🎉' }, {}, chat === group ? group : bob.jid)
      const { kind, text, targetId } = await bob.has(reaction)
      assert.deepEqual([kind, text, targetId], ['reaction', '🎉', id])
    }
    await device.session.close()
  })

  it('quotes and mentions people in the words of a group', async () => {
    const { device, bob, group, send } = await talking('Quinn')
    const { id } = await bob.send(group, 'who comes?')
    const { chat, sender, message } = await device.host.untilItem('message', (item) => item.id === id)
    const quoted = { id, chat: chat.jid, sender: sender.jid, message }
    const answer = await bob.has(await send({ type: 'text', text: '@Bob' }, { quoted, mentions: [bob.jid] }, group))
    assert.deepEqual([answer.quotedId, answer.mentions], [id, [bob.lid]])
    const between = await bob.has(await send({ type: 'text', text: '@Bob' }, { mentions: [bob.jid] }))
    assert.equal(between.mentions, undefined)
    await device.session.close()
  })

  it('forwards a message as it came, and says that it did', async () => {
    const { device, bob, send } = await talking('Fee')
    const { id } = await bob.send(device.phone.jid, 'pass it on')
    const { message } = await device.host.untilItem('message', (item) => item.id === id)
    const shown = await bob.has(await send({ type: 'forward', message, fromMe: false }))
    assert.deepEqual([shown.text, shown.forwarded], ['pass it on', true])
    await device.session.close()
  })

  it('sends what disappears, by the timer of a chat or of a group', async () => {
    const { device, bob, group, send } = await talking('Tim')
    const timer = { seconds: 86_400, setAt: Date.now() }
    assert.equal((await bob.has(await send({ type: 'text', text: 'soon gone' }, { timer }))).expiresAfter, 86_400)
    assert.equal((await bob.has(await send({ type: 'text', text: 'stays' }))).expiresAfter, undefined)
    await bob.groups.setTimer(group, 604_800)
    await device.session.ping(5_000)
    const poll = { type: 'poll', question: 'Soon gone?', options: ['yes', 'no'], selectable: 1 } as const
    assert.equal((await bob.has(await send(poll, {}, group))).expiresAfter, 604_800)
    await send({ type: 'timer', seconds: 604_800 })
    await bob.showsTimer(604_800)
    await device.session.close()
  })

  it('hands over what the other phone does under its own name', async () => {
    const { device, bob } = await talking('Nomi')
    await bob.setTimer(device.phone.jid, 86_400)
    const { view } = await device.host.untilItem('message', (item) => item.view.type === 'timer')
    assert.equal(view.timer?.seconds, 86_400)
    const { id } = await bob.send(device.phone.jid, 'after that')
    const text = await device.host.untilItem('message', (item) => item.id === id)
    assert.equal(text.view.expiresInSeconds, 86_400)
    await device.session.close()
  })
}
