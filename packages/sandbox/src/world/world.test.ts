import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { WireNode } from '../wire/node.ts'
import { Mailbox, type MailboxEntry } from './mailbox.ts'
import { ManualClock } from './manual-clock.ts'
import { PublishedPreKeys } from './published-pre-keys.ts'
import { SeededRandom } from './seeded-random.ts'
import { World } from './world.ts'
import { WorldLog } from './world-log.ts'

describe('a world', () => {
  it('makes the same people from the same seed', () => {
    const people = (seed: number) => {
      const world = new World({ seed })
      return Array.from({ length: 5 }, () => world.createAccount()).map(({ phone, lid }) => [phone, lid])
    }
    assert.deepEqual(people(4), people(4))
    assert.notDeepEqual(people(4), people(5))
  })

  it('finds a person by either address, and the phone number may move', () => {
    const world = new World()
    const ana = world.createAccount({ phone: '4915100000', lid: '77' })
    for (const who of [
      '4915100000',
      '77',
      '4915100000@s.whatsapp.net',
      '4915100000:3@s.whatsapp.net',
      '77:3@lid',
      '4915100000@c.us',
    ]) {
      assert.equal(world.account(who), ana)
    }
    assert.equal(world.account('77@s.whatsapp.net'), undefined)
    world.changePhone(ana, '4915199999')
    assert.equal(world.account('4915199999'), ana)
    assert.equal(world.account('4915100000'), undefined)
    assert.throws(() => world.createAccount({ phone: '4915199999' }))
  })
})

describe('a mailbox', () => {
  const node: WireNode = { tag: 'message', attrs: {} }

  it('delivers again, in order and numbered, what nobody acknowledged', () => {
    const mailbox = new Mailbox()
    for (const id of ['a', 'b', 'c']) mailbox.append('message', id, node, 0)
    const first: MailboxEntry[] = []
    const attachment = { deliver: (entry: MailboxEntry) => void first.push(entry) }
    assert.equal(mailbox.attach(attachment), 3)
    assert.ok(mailbox.acknowledge('message', 'b'))
    assert.equal(mailbox.acknowledge('receipt', 'a'), undefined)
    mailbox.detach(attachment)
    const second: [string, number | undefined][] = []
    mailbox.attach({ deliver: (entry) => void second.push([entry.id, entry.offlineIndex]) })
    assert.deepEqual(second, [
      ['a', 0],
      ['c', 1],
    ])
  })

  it('keeps nothing that is only pushed, and leaves a successor attached', () => {
    const mailbox = new Mailbox()
    assert.equal(mailbox.push(node), false)
    const old = { deliver() {} }
    const pushed: WireNode[] = []
    mailbox.attach(old)
    mailbox.attach({ deliver() {}, push: (stanza) => void pushed.push(stanza) })
    mailbox.detach(old)
    assert.ok(mailbox.push(node))
    assert.deepEqual([pushed.length, mailbox.size], [1, 0])
  })
})

describe('the prekey pool', () => {
  it('hands out every key once, in upload order, however uploads and takes interleave', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(6), fc.constant('take' as const)), { maxLength: 40 }), (steps) => {
        const pool = new PublishedPreKeys()
        const expected: number[] = []
        let next = 1
        for (const step of steps) {
          if (step === 'take') {
            const taken = pool.take()
            assert.equal(taken?.keyId, expected.shift())
            if (taken) assert.deepEqual(taken.publicKey, new Uint8Array(32).fill(taken.keyId))
          } else {
            const keys = Array.from({ length: step }, () => ({
              keyId: next,
              publicKey: new Uint8Array(32).fill(next++),
            }))
            pool.add(keys)
            expected.push(...keys.map((key) => key.keyId))
          }
          assert.deepEqual(
            pool.list().map((key) => key.keyId),
            expected,
          )
        }
      }),
    )
  })
})

describe('the world log', () => {
  it('numbers events without gaps, also after it forgot the oldest', () => {
    const log = new WorldLog(new ManualClock(), 10)
    for (let index = 0; index < 95; index++) log.append('tick', { index })
    const held = log.since()
    assert.equal(log.cursor, 95)
    assert.ok(held.length >= 10 && held.length <= 20)
    for (const event of held) assert.equal(event.cursor, Number(event.data['index']) + 1)
    assert.deepEqual(
      log.since(93).map((event) => event.cursor),
      [94, 95],
    )
  })

  it('resolves a wait with what happened or will happen, and rejects one in vain', async () => {
    const log = new WorldLog(new ManualClock())
    log.append('past')
    assert.equal((await log.until((event) => event.type === 'past')).cursor, 1)
    const coming = log.until((event) => event.type === 'past', 1000, log.cursor)
    log.append('past')
    assert.equal((await coming).cursor, 2)
    await assert.rejects(
      log.until((event) => event.type === 'never', 1),
      /nothing matched/,
    )
  })
})

describe('the manual clock', () => {
  it('runs what came due, in order of its time, also what that set', () => {
    const clock = new ManualClock(0)
    const ran: [string, number][] = []
    const note = (name: string) => ran.push([name, clock.now()])
    clock.after(20, () => note('late'))
    clock.after(10, () => {
      note('early')
      clock.after(5, () => note('chained'))
    })
    clock.after(15, () => note('called off'))()
    clock.advance(30)
    assert.deepEqual(ran, [
      ['early', 10],
      ['chained', 15],
      ['late', 20],
    ])
  })
})

describe('seeded randomness', () => {
  it('repeats, stays in range and spreads', () => {
    const one = new SeededRandom(9)
    const other = new SeededRandom(9)
    const seen = new Set<number>()
    for (let round = 0; round < 500; round++) {
      const value = one.integer(10)
      assert.equal(value, other.integer(10))
      assert.ok(value >= 0 && value < 10)
      seen.add(value)
    }
    assert.equal(seen.size, 10)
    assert.match(one.digits(12), /^[1-9]\d{11}$/)
  })
})
