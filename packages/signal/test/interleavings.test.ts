import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { deserializeSession, SignalError, startSession } from '../src/index.ts'
import { decodePreKeyWhisperMessage } from '../src/session/pre-key-whisper-message.ts'
import { MAX_RECEIVING_CHAINS } from '../src/session/session-state.ts'
import { decodeWhisperMessage } from '../src/session/whisper-message.ts'
import { OurParty, type SentMessage } from './our-party.ts'

interface Flying {
  message: SentMessage
  text: string
  to: 0 | 1
  /** Session and ratchet key it was sent under. */
  session: string
  chain: string
}

type Step =
  | { do: 'send'; from: 0 | 1 }
  | { do: 'deliver' | 'drop' | 'repeat' | 'corrupt'; pick: number }
  | { do: 'restart'; by: 0 | 1 }

const side = fc.constantFrom(0 as const, 1 as const)
const pick = fc.nat(1000)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('send' as const), from: side }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('deliver' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('repeat' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('corrupt' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), by: side }) },
)

/** Two parties with a network between them that reorders, loses, repeats and corrupts; checks each delivery as it happens. */
class Conversation {
  readonly parties = [new OurParty(), new OurParty()] as const
  readonly flying: Flying[] = []
  readonly delivered: Flying[] = []
  // For each receiver and session, the ratchet keys in the order met: older ones than the last five are given up by design.
  readonly #met = new Map<string, string[]>()
  #count = 0

  run(next: Step): void {
    if (next.do === 'send') this.#send(next.from)
    else if (next.do === 'restart') this.#restart(next.by)
    else if (next.do === 'repeat') this.#withPicked(this.delivered, next.pick, (each) => this.#refuse(each))
    else if (next.do === 'corrupt') this.#withPicked(this.flying, next.pick, (each) => this.#refuse(corrupted(each)))
    else this.#takeOff(next.pick, next.do === 'deliver')
  }

  deliverAll(): void {
    while (this.flying.length > 0) this.#takeOff(0, true)
  }

  #send(from: 0 | 1): void {
    const party = this.parties[from]
    if (!party.stored) this.#restart(from)
    const text = `message ${this.#count++}`
    const session = baseKeyOf(party)
    const message = party.encryptNow(text)
    this.flying.push({ message, text, to: from === 0 ? 1 : 0, session, chain: ratchetKeyOf(message) })
  }

  #restart(by: 0 | 1): void {
    const [party, peer] = by === 0 ? this.parties : [this.parties[1], this.parties[0]]
    const existing = party.stored ? deserializeSession(party.stored) : undefined
    party.stored = startSession(party.local, peer.bundle(), existing).serialize()
  }

  #takeOff(pickNumber: number, arrives: boolean): void {
    const index = pickNumber % Math.max(this.flying.length, 1)
    const [each] = this.flying.splice(index, 1)
    if (!each || !arrives) return
    if (this.#isStillFollowed(each)) this.#read(each)
    else this.#refuse(each)
  }

  #read(each: Flying): void {
    assert.equal(this.parties[each.to].decryptNow(each.message), each.text)
    this.delivered.push(each)
  }

  #refuse(each: Flying): void {
    const party = this.parties[each.to]
    const before = party.stored
    assert.throws(() => party.decryptNow(each.message), SignalError)
    assert.deepEqual(party.stored, before)
  }

  #isStillFollowed(each: Flying): boolean {
    const key = `${each.to} ${each.session}`
    const met = this.#met.get(key) ?? []
    this.#met.set(key, met)
    if (!met.includes(each.chain)) met.push(each.chain)
    return met.slice(-MAX_RECEIVING_CHAINS).includes(each.chain)
  }

  #withPicked(list: Flying[], pickNumber: number, use: (each: Flying) => void): void {
    const each = list[pickNumber % Math.max(list.length, 1)]
    if (each) use(each)
  }
}

function corrupted(each: Flying): Flying {
  const ciphertext = Uint8Array.from(each.message.ciphertext)
  const inner = innerMessage(each.message)
  // The last byte of the inner message belongs to its MAC, in either kind of message.
  const at = Buffer.from(ciphertext).indexOf(Buffer.from(inner)) + inner.length - 1
  ciphertext[at]! ^= 0x80
  return { ...each, message: { ...each.message, ciphertext } }
}

function innerMessage({ type, ciphertext }: SentMessage): Uint8Array {
  return type === 'msg' ? ciphertext : decodePreKeyWhisperMessage(ciphertext).message
}

function ratchetKeyOf(message: SentMessage): string {
  return Buffer.from(decodeWhisperMessage(innerMessage(message)).ratchetKey).toString('hex')
}

function baseKeyOf(party: OurParty): string {
  return Buffer.from(deserializeSession(party.stored!).current!.baseKey).toString('hex')
}

describe('any interleaving of two parties', () => {
  it('reads every delivered message exactly once, and refuses duplicates and corrupted ones without a trace', () => {
    let read = 0
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }), (steps) => {
        const conversation = new Conversation()
        for (const next of steps) conversation.run(next)
        conversation.deliverAll()
        for (const each of conversation.delivered)
          conversation.run({ do: 'repeat', pick: conversation.delivered.indexOf(each) })
        read += conversation.delivered.length
      }),
      { numRuns: 60 },
    )
    assert.ok(read > 500, `${read} messages were read in all`)
  })
})
