import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { serveWorld } from '../server/serve-world.ts'
import { World } from '../world/world.ts'
import { makePersona } from './persona.ts'
import { Phone } from './phone.ts'

function twoPhones(): { world: World; ana: Phone; bob: Phone } {
  const world = serveWorld(new World({ seed: 1 }))
  const ana = Phone.create(world, world.createAccount({ name: 'Ana' }))
  const bob = Phone.create(world, world.createAccount({ name: 'Bob' }), { persona: makePersona('echo') })
  return { world, ana, bob }
}

describe('Phone', () => {
  it('talks with another phone, both decrypting, with delivery and read receipts', async () => {
    const { world, ana, bob } = twoPhones()
    const sent = await ana.send(bob.jid, { text: 'hi' })
    assert.equal(sent.status, 'sent')
    await world.log.until(
      (event) => event.type === 'phone.message' && event.data['phone'] === ana.id && event.data['fromMe'] === false,
    )
    assert.deepEqual(
      ana.chats.list().map((entry) => [entry.fromMe, entry.text, entry.addressing]),
      [
        [true, 'hi', 'lid'],
        [false, 'hi', 'lid'],
      ],
    )
    await world.log.until((event) => event.type === 'phone.receipt' && event.data['phone'] === bob.id)
    assert.deepEqual(sent.receipts.map((receipt) => receipt.type).sort(), ['delivery', 'read'])
    assert.deepEqual([...ana.violations, ...bob.violations], [])
    assert.deepEqual(world.unhandled.list(), [])
  })

  it('finds what was sent while it was off, once', async () => {
    const { world, ana, bob } = twoPhones()
    await bob.disconnect()
    for (const text of ['one', 'two', 'three']) await ana.send(`+${bob.id}`, { text, addressing: 'pn' })
    assert.equal(bob.device.mailbox.size, 3)
    assert.deepEqual(bob.chats.list(), [])
    bob.connect()
    await world.log.until(
      (event) =>
        event.type === 'phone.message' &&
        event.data['phone'] === ana.id &&
        event.data['text'] === 'three' &&
        event.data['fromMe'] === false,
    )
    assert.deepEqual(
      bob.chats
        .list()
        .filter((entry) => !entry.fromMe)
        .map((entry) => entry.text),
      ['one', 'two', 'three'],
    )
    assert.equal(bob.duplicates, 0)
  })

  it('sends what was written while it was off, in order, when it is on again', async () => {
    const { ana, bob } = twoPhones()
    await ana.disconnect()
    const written = [await ana.send(bob.jid, { text: 'one' }), await ana.send(bob.jid, { text: 'two' })]
    assert.deepEqual(
      written.map((entry) => entry.status),
      ['waiting', 'waiting'],
    )
    assert.deepEqual(bob.messages(), [])
    ana.connect()
    await bob.until.message((message) => message.text === 'two')
    assert.deepEqual(
      bob.messages().flatMap((entry) => (entry.fromMe ? [] : [entry.text])),
      ['one', 'two'],
    )
  })

  it('answers from its script, line by line, then stays silent', async () => {
    const { world, ana } = twoPhones()
    const actor = Phone.create(world, world.createAccount({ name: 'Actor' }), {
      persona: makePersona(['first', 'second']),
    })
    for (const text of ['a', 'b', 'c']) await ana.send(actor.jid, { text })
    await ana.until.message((message) => message.text === 'second')
    await ana.until.event('phone.receipt', () => actor.messages().filter((entry) => !entry.fromMe).length === 3)
    assert.deepEqual(
      actor.messages().flatMap((entry) => (entry.fromMe ? [entry.text] : [])),
      ['first', 'second'],
    )
  })

  it('asks again for what it cannot read, and gets it with a new session', async () => {
    const { world, ana, bob } = twoPhones()
    await ana.send(bob.jid, { text: 'first' })
    await world.log.until(
      (event) => event.type === 'phone.message' && event.data['phone'] === ana.id && event.data['fromMe'] === false,
    )
    world.faults.next(ana.device, { direction: 'in', tag: 'message', action: { kind: 'corrupt' } })
    await ana.send(bob.jid, { text: 'second' })
    await world.log.until(
      (event) => event.type === 'phone.message' && event.data['phone'] === bob.id && event.data['text'] === 'second',
    )
    assert.equal(world.log.since().filter((event) => event.type === 'phone.retry_sent').length, 1)
    assert.deepEqual([...ana.violations, ...bob.violations], [])
  })
})
