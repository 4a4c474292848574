import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { established, type OurParty, type SentMessage } from '../../test/our-party.ts'
import {
  decryptMessage,
  decryptPreKeyMessage,
  deserializeSession,
  generateKeyPair,
  SessionRecord,
  SignalError,
  type SignalErrorCode,
  startSession,
} from '../index.ts'
import { countSkipped } from './skipped-keys.ts'
import { decodeWhisperMessage } from './whisper-message.ts'

const is = (code: SignalErrorCode) => (error: unknown) => error instanceof SignalError && error.code === code
const NO_KEYS = { preKey: () => undefined, signedPreKey: () => undefined }

function baseKeyOf(party: OurParty): Uint8Array {
  return deserializeSession(party.stored!).current!.baseKey
}

describe('decryptMessage', () => {
  it('refuses any one bit changed, leaves the record as it was, and then reads the true message', () => {
    const [a, b] = established()
    const { ciphertext } = a.encryptNow('true')
    const before = b.stored
    for (let bit = 0; bit < ciphertext.length * 8; bit++) {
      const changed = Uint8Array.from(ciphertext)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      assert.throws(() => b.decryptNow({ type: 'msg', ciphertext: changed }), SignalError, `bit ${bit}`)
    }
    assert.deepEqual(b.stored, before)
    assert.equal(b.decryptNow({ type: 'msg', ciphertext }), 'true')
  })

  it('leaves even the very record object unchanged when it refuses', () => {
    const [a, b] = established()
    const record = deserializeSession(b.stored!)
    const before = record.serialize()
    const { ciphertext } = a.encryptNow('true')
    const wrong = Uint8Array.from(ciphertext)
    wrong[wrong.length - 1]! ^= 1
    assert.throws(() => decryptMessage(record, b.local, wrong), is('bad_mac'))
    decryptMessage(record, b.local, ciphertext)
    assert.deepEqual(record.serialize(), before)
  })

  it('goes back to the session that the peer continues using, without keeping it twice', () => {
    const [a, b] = established()
    const old = baseKeyOf(b)
    const lateInOld = a.encryptNow('late in the old session')
    a.stored = startSession(a.local, b.bundle(), deserializeSession(a.stored!)).serialize()
    b.decryptNow(a.encryptNow('new session'))
    assert.notDeepEqual(baseKeyOf(b), old)
    assert.equal(b.decryptNow(lateInOld), 'late in the old session')
    assert.deepEqual(baseKeyOf(b), old)
    assert.equal(deserializeSession(b.stored!).archived.length, 1)
    assert.equal(a.decryptNow(b.encryptNow('answer')), 'answer')
  })

  it('stays with a session that we started ourselves until it is answered', () => {
    const [a, b] = established()
    b.stored = startSession(b.local, a.bundle(), deserializeSession(b.stored!)).serialize()
    const started = baseKeyOf(b)
    assert.equal(b.decryptNow(a.encryptNow('still the old session')), 'still the old session')
    assert.deepEqual(baseKeyOf(b), started)
    const message = b.encryptNow('in the new session')
    assert.equal(message.type, 'pkmsg')
    assert.equal(a.decryptNow(message), 'in the new session')
  })

  it('refuses a message made for another receiver', () => {
    const [a, b] = established()
    const { ciphertext } = a.encryptNow('for b')
    const other = { ...b.local, identity: generateKeyPair() }
    assert.throws(() => decryptMessage(deserializeSession(b.stored!), other, ciphertext), is('bad_mac'))
  })

  it('reads a message 2000 ahead and not one that is 2001 ahead', () => {
    const [a, b] = established()
    for (let count = 0; count < 1999; count++) a.encryptNow('lost')
    // B's chain has not started: the first 2000 are those before this one.
    a.encryptNow('lost')
    const inReach = a.encryptNow('in reach')
    const beyond = a.encryptNow('beyond')
    const before = b.stored
    assert.equal(decodeWhisperMessage(inReach.ciphertext).counter, 2000)
    assert.throws(() => b.decryptNow(beyond), SignalError)
    assert.deepEqual(b.stored, before)
    assert.equal(b.decryptNow(inReach), 'in reach')
    assert.equal(b.decryptNow(beyond), 'beyond')
    for (let count = 0; count < 2000; count++) a.encryptNow('lost')
    a.encryptNow('lost')
    assert.throws(() => b.decryptNow(a.encryptNow('too far')), is('too_far_ahead'))
  })

  it('keeps no more than 2000 skipped keys over all chains', () => {
    const [a, b] = established()
    const first = a.encryptNow('first skipped')
    for (let turn = 0; turn < 3; turn++) {
      for (let count = 0; count < 1500; count++) a.encryptNow('lost')
      b.decryptNow(a.encryptNow('read'))
      a.decryptNow(b.encryptNow('step'))
    }
    const { receiving } = deserializeSession(b.stored!).current!
    assert.equal(
      receiving.reduce((total, chain) => total + countSkipped(chain.skipped), 0),
      2000,
    )
    assert.throws(() => b.decryptNow(first), is('key_given_up'))
  })

  it('keeps a record of one size for a peer who steps over a message each time', () => {
    const [a, b] = established()
    const sizes = [b.stored!.length]
    for (let count = 0; count < 300; count++) {
      a.encryptNow('never sent')
      b.decryptNow(a.encryptNow('sent'))
      sizes.push(b.stored!.length)
    }
    assert.ok(sizes[300]! <= 2 * sizes[10]!, `${sizes[10]} bytes after 10 messages, ${sizes[300]} after 300`)
    assert.equal(sizes[300], sizes[100])
  })

  it('keeps little of what was skipped in sessions that were replaced', () => {
    const [a, b] = established()
    const late: SentMessage[] = []
    for (let session = 0; session < 4; session++) {
      for (let count = 0; count < 999; count++) late.push(a.encryptNow(`late in ${session}`))
      b.decryptNow(a.encryptNow('read'))
      a.stored = startSession(a.local, b.bundle(), deserializeSession(a.stored!)).serialize()
      b.decryptNow(a.encryptNow('new session'))
    }
    assert.ok(b.stored!.length < 8_000, `${b.stored!.length} bytes`)
    assert.equal(b.decryptNow(late.at(-1)!), 'late in 3')
    assert.throws(() => b.decryptNow(late[0]!), is('key_given_up'))
    assert.equal(b.decryptNow(a.encryptNow('still fine')), 'still fine')
  })

  it('says what is wrong with messages that are none', () => {
    const [a, b] = established()
    const record = deserializeSession(b.stored!)
    const { ciphertext } = a.encryptNow('x')
    const otherVersion = Uint8Array.from(ciphertext)
    otherVersion[0] = 0x44
    assert.throws(() => decryptMessage(record, b.local, otherVersion), is('bad_version'))
    assert.throws(() => decryptMessage(record, b.local, new Uint8Array(0)), is('malformed'))
    assert.throws(() => decryptMessage(record, b.local, ciphertext.subarray(0, 9)), is('malformed'))
    assert.throws(() => decryptMessage(new SessionRecord(undefined, []), b.local, ciphertext), is('no_session'))
  })

  it('throws nothing but SignalError, whatever it is given', () => {
    const [, b] = established()
    const record = deserializeSession(b.stored!)
    const attempts = [
      (bytes: Uint8Array) => decryptMessage(record, b.local, bytes),
      (bytes: Uint8Array) => decryptPreKeyMessage(record, b.local, NO_KEYS, bytes),
    ]
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (bytes, versioned) => {
        if (versioned && bytes.length > 0) bytes[0] = 0x33
        for (const attempt of attempts) assert.throws(() => attempt(bytes), SignalError)
      }),
    )
  })
})
