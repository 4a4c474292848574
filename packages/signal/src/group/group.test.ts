import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  createSenderKey,
  deserializeSenderKey,
  distributionMessage,
  groupDecrypt,
  groupEncrypt,
  processDistribution,
  type SenderKeyRecord,
  SignalError,
  type SignalErrorCode,
  serializeSenderKey,
} from '../index.ts'
import { nextChain } from '../session/message-keys.ts'
import type { Chain } from '../session/session-state.ts'

const is = (code: SignalErrorCode) => (error: unknown) => error instanceof SignalError && error.code === code

class Sender {
  record = createSenderKey()
  say(text: string): Uint8Array {
    const result = groupEncrypt(this.record, Buffer.from(text))
    this.record = deserializeSenderKey(serializeSenderKey(result.record))
    return result.ciphertext
  }
}

class Member {
  record: SenderKeyRecord | undefined
  learn(distribution: Uint8Array): void {
    this.record = processDistribution(this.record, distribution)
  }
  read(ciphertext: Uint8Array): string {
    const result = groupDecrypt(this.record!, ciphertext)
    this.record = deserializeSenderKey(serializeSenderKey(result.record))
    return Buffer.from(result.plaintext).toString()
  }
}

function joined(): [Sender, Member] {
  const [sender, member] = [new Sender(), new Member()]
  member.learn(distributionMessage(sender.record))
  return [sender, member]
}

describe('groupDecrypt', () => {
  it('reads what comes in any order, each message once', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 1 }), (order) => {
        const [sender, member] = joined()
        const messages = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => sender.say(`message ${index}`))
        for (const index of order) assert.equal(member.read(messages[index]!), `message ${index}`)
        for (const index of order) assert.throws(() => member.read(messages[index]!), is('duplicate_message'))
      }),
      { numRuns: 20 },
    )
  })

  it('gives a member nothing from before the distribution it was given', () => {
    const [sender, early] = joined()
    const first = sender.say('first')
    const late = new Member()
    late.learn(distributionMessage(sender.record))
    assert.throws(() => late.read(first), is('duplicate_message'))
    const second = sender.say('second')
    assert.equal(late.read(second), 'second')
    assert.equal(early.read(second), 'second')
    assert.equal(early.read(first), 'first')
  })

  it('refuses any one bit changed and leaves the record as it was', () => {
    const [sender, member] = joined()
    const ciphertext = sender.say('true')
    const before = member.record
    for (let bit = 0; bit < ciphertext.length * 8; bit++) {
      const changed = Uint8Array.from(ciphertext)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      assert.throws(() => member.read(changed), SignalError, `bit ${bit}`)
    }
    assert.equal(member.record, before)
    assert.equal(member.read(ciphertext), 'true')
  })

  it('refuses a member who holds the chain but not the signing key', () => {
    const [sender, member] = joined()
    const own = createSenderKey().states[0]!
    const forged = groupEncrypt(
      { states: [{ ...own, ...member.record!.states[0]!, signingPrivateKey: own.signingPrivateKey! }] },
      Buffer.from('x'),
    )
    assert.throws(() => member.read(forged.ciphertext), is('bad_signature'))
    assert.equal(member.read(sender.say('fine')), 'fine')
  })

  it('refuses a key it does not know and a message too far ahead', () => {
    const [sender, member] = joined()
    assert.throws(() => member.read(new Sender().say('x')), is('no_sender_key'))
    const [state] = sender.record.states
    sender.record = { states: [{ ...state!, counter: 2001 }] }
    assert.throws(() => member.read(sender.say('far')), is('too_far_ahead'))
  })

  it('throws nothing but SignalError, whatever it is given', () => {
    const [, member] = joined()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        if (bytes.length > 0) bytes[0] = 0x33
        assert.throws(() => groupDecrypt(member.record!, bytes), SignalError)
        assert.throws(() => processDistribution(member.record, bytes.subarray(0, 40)), SignalError)
      }),
    )
  })
})

describe('the stored record of a sender', () => {
  /** A sender whose client steps over messages that it never writes, and a member who reads the others. */
  class Stepping {
    readonly sender = new Sender()
    readonly member = new Member()
    constructor() {
      this.member.learn(distributionMessage(this.sender.record))
    }
    step(count: number): void {
      const [state] = this.sender.record.states
      let chain: Chain = state!
      for (let left = count; left > 0; left--) chain = nextChain(chain)
      this.sender.record = { states: [{ ...state!, ...chain }] }
    }
    carry(text = 'said'): void {
      assert.equal(this.member.read(this.sender.say(text)), text)
    }
    get size(): number {
      return serializeSenderKey(this.member.record!).length
    }
  }

  it('is no larger after ten thousand messages than after ten, when the sender steps over one each time', () => {
    const stepping = new Stepping()
    const sizes: number[] = []
    for (let count = 1; count <= 10_000; count++) {
      stepping.carry()
      sizes.push(stepping.size)
      stepping.step(1)
    }
    assert.ok(sizes[9_999]! <= 2 * sizes[9]!, `${sizes[9]} bytes after 10 messages, ${sizes[9_999]} after 10 000`)
    assert.ok(Math.max(...sizes) < 1_024)
  })

  it('is bounded when the sender steps over any number each time', () => {
    const stepping = new Stepping()
    for (let count = 0; count < 400; count++) {
      stepping.carry()
      stepping.step(1 + ((count * 7) % 5))
    }
    assert.ok(stepping.size < 2_500, `${stepping.size} bytes`)
  })

  it('holds 999 messages that were lost in a row, for when they come late, in any order and behind 900 newer ones', () => {
    const { sender, member } = new Stepping()
    const lost = Array.from({ length: 999 }, (_, index) => sender.say(`lost ${index}`))
    for (let count = 0; count < 900; count++) assert.equal(member.read(sender.say('newer')), 'newer')
    const order = lost.map((_, index) => (index * 7) % 999)
    for (const index of order) assert.equal(member.read(lost[index]!), `lost ${index}`)
    assert.ok(serializeSenderKey(member.record!).length < 128)
    for (const index of order) assert.throws(() => member.read(lost[index]!), is('duplicate_message'))
  })

  it('forgets what was skipped for good', () => {
    const stepping = new Stepping()
    stepping.carry()
    const before = stepping.size
    const { sender, member } = stepping
    const lost = Array.from({ length: 999 }, () => sender.say('lost'))
    stepping.carry()
    assert.ok(stepping.size > 999 * 32)
    for (let count = 0; count < 2_000; count++) stepping.carry()
    assert.ok(stepping.size < before + 16, `${stepping.size} bytes`)
    assert.throws(() => member.read(lost.at(-1)!), is('key_given_up'))
  })

  it('holds little of what was skipped under keys before the newest', () => {
    const member = new Member()
    for (let key = 0; key < 5; key++) {
      const sender = new Sender()
      member.learn(distributionMessage(sender.record))
      for (let count = 0; count < 999; count++) sender.say('lost')
      assert.equal(member.read(sender.say('read')), 'read')
    }
    const newest = 999 * 36
    assert.ok(serializeSenderKey(member.record!).length < newest + 5_000)
    member.learn(distributionMessage(new Sender().record))
    assert.ok(serializeSenderKey(member.record!).length < 5_000)
  })

  it('is read when it was written before gaps were kept apart', () => {
    const { sender, member } = new Stepping()
    const lost = [sender.say('lost 0'), sender.say('lost 1')]
    member.read(sender.say('read'))
    const [state] = member.record!.states
    const old = { ...state!, skipped: { gaps: [state!.skipped.gaps.flat()], givenUpTo: 0 } }
    member.record = deserializeSenderKey(serializeSenderKey({ states: [old] }))
    for (const [index, message] of lost.entries()) assert.equal(member.read(message), `lost ${index}`)
  })
})

describe('processDistribution', () => {
  it('neither forgets skipped messages nor allows a second reading when a distribution is repeated', () => {
    const [sender, member] = joined()
    const distribution = distributionMessage(sender.record)
    const [skipped, read] = [sender.say('skipped'), sender.say('read')]
    assert.equal(member.read(read), 'read')
    member.learn(distribution)
    assert.throws(() => member.read(read), is('duplicate_message'))
    assert.equal(member.read(skipped), 'skipped')
  })

  it('still reads late messages of the key before, and keeps five keys', () => {
    const member = new Member()
    const senders = Array.from({ length: 6 }, () => new Sender())
    for (const sender of senders) member.learn(distributionMessage(sender.record))
    assert.equal(member.record!.states.length, 5)
    assert.equal(member.read(senders[1]!.say('late')), 'late')
    assert.throws(() => member.read(senders[0]!.say('too late')), is('no_sender_key'))
  })

  it('starts afresh at a position that the chain it has cannot reach', () => {
    const [sender, member] = joined()
    const [state] = sender.record.states
    sender.record = { states: [{ ...state!, counter: 5000 }] }
    member.learn(distributionMessage(sender.record))
    assert.equal(member.read(sender.say('again')), 'again')
  })
})

describe('groupEncrypt', () => {
  it('needs a sender key of our own', () => {
    const [, member] = joined()
    assert.throws(() => groupEncrypt(member.record!, Buffer.from('x')), is('no_sender_key'))
    assert.throws(() => groupEncrypt({ states: [] }, Buffer.from('x')), is('no_sender_key'))
    assert.throws(() => distributionMessage({ states: [] }), is('no_sender_key'))
  })
})
