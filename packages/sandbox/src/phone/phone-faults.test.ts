import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Sandbox } from '../start-sandbox.ts'
import type { FaultAction } from '../world/faults/fault-action.ts'
import type { Direction } from '../world/faults/faults.ts'
import type { Phone } from './phone.ts'

const actions: readonly FaultAction[] = [
  { kind: 'drop' },
  { kind: 'delay', ms: 100 },
  { kind: 'duplicate' },
  { kind: 'reorder' },
  { kind: 'corrupt' },
  { kind: 'stream-error', code: 503 },
  { kind: 'silence' },
]

describe('a phone', () => {
  let sandbox: Sandbox
  let passing: NodeJS.Timeout
  before(async () => {
    sandbox = await Sandbox.start({ seed: 1 })
    // The world's time passes quickly: what phones notice after seconds, they notice now.
    passing = setInterval(() => sandbox.advance(6_000), 10)
  })
  after(async () => {
    clearInterval(passing)
    await sandbox.stop()
  })

  const twoPhones = async (): Promise<{ ana: Phone; bob: Phone }> => ({
    ana: await sandbox.phone({ name: 'Ana' }),
    bob: await sandbox.phone({ name: 'Bob' }),
  })
  const arrives = (at: Phone, text: string) => at.until.message((entry) => entry.text === text)
  const read = (phone: Phone, other: Phone) => phone.messages(other.jid).map(({ text }) => text)
  const emptied = ({ device }: Phone) => sandbox.world.log.until(() => device.mailbox.size === 0)

  for (const action of actions) {
    for (const direction of ['in', 'out'] satisfies Direction[]) {
      for (const struck of ['ana', 'bob'] as const) {
        it(`continues after ${action.kind} of what it ${direction === 'in' ? 'sends' : 'is sent'}, as ${struck}`, async () => {
          const phones = await twoPhones()
          const { ana, bob } = phones
          sandbox.world.faults.next(phones[struck].device, { direction, action, count: 3 })
          const texts = ['one', 'two', 'three', 'four']
          await Promise.all(texts.map((text) => ana.send(bob.jid, { text })))
          for (const text of texts) await arrives(bob, text)
          assert.deepEqual(read(bob, ana).sort(), texts.toSorted())
          sandbox.fault.clear()
          await bob.send(ana.jid, { text: 'back' })
          await arrives(ana, 'back')
          for (const phone of [ana, bob]) {
            await emptied(phone)
            await phone.disconnect()
            phone.connect()
          }
          await ana.send(bob.jid, { text: 'five' })
          await arrives(bob, 'five')
          assert.deepEqual([ana.violations, bob.violations], [[], []])
        })
      }
    }
  }

  it('sends what a fault ate when it is switched on, not when it was switched off', async () => {
    const { ana, bob } = await twoPhones()
    const id = sandbox.world.faults.next(ana.device, { direction: 'in', action: { kind: 'drop' }, count: 1_000 })
    const sending = ana.send(bob.jid, { text: 'later' })
    await sandbox.world.log.until(({ type, data }) => type === 'fault' && data['fault'] === id)
    await ana.disconnect()
    assert.equal((await sending).status, 'waiting')
    sandbox.fault.clear()
    assert.deepEqual(read(bob, ana), [])
    ana.connect()
    await arrives(bob, 'later')
  })

  it('says that a message failed when nobody could be sent it', async () => {
    const { ana, bob } = await twoPhones()
    sandbox.world.faults.next(ana.device, { direction: 'in', tag: 'iq', action: { kind: 'nack', code: 500 } })
    const { status, error } = await ana.send(bob.jid, { text: 'nobody' })
    assert.deepEqual([status, error], ['failed', 'no keys'])
    assert.equal((await ana.send(bob.jid, { text: 'somebody' })).status, 'sent')
    await arrives(bob, 'somebody')
  })

  it('writes to a group all the same when questions and messages get lost', async () => {
    const { ana, bob } = await twoPhones()
    const group = await ana.groups.create({ subject: 'Lossy', participants: [bob.jid] })
    sandbox.world.faults.next(ana.device, { direction: 'in', action: { kind: 'drop' }, count: 3 })
    sandbox.world.faults.next(bob.device, { direction: 'out', action: { kind: 'drop' }, count: 2 })
    const texts = ['one', 'two', 'three']
    await Promise.all(texts.map((text) => group.send({ text })))
    for (const text of texts) await bob.groups.of(group.jid).until.message((entry) => entry.text === text)
  })
})
