import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { OurParty } from '../../test/our-party.ts'
import {
  archiveSession,
  decryptMessage,
  decryptPreKeyMessage,
  deserializeSession,
  encryptMessage,
  generateKeyPair,
  hasOpenSession,
  prefixed,
  SessionRecord,
  SignalError,
  type SignalErrorCode,
  sessionIdentity,
  sign,
  startSession,
} from '../index.ts'
import { decodeWhisperMessage } from './whisper-message.ts'

const is = (code: SignalErrorCode) => (error: unknown) => error instanceof SignalError && error.code === code
const NO_KEYS = { preKey: () => undefined, signedPreKey: () => undefined }

function established(): [OurParty, OurParty] {
  const [a, b] = [new OurParty(), new OurParty()]
  a.stored = startSession(a.local, b.bundle()).serialize()
  b.decryptNow(a.encryptNow('hello'))
  a.decryptNow(b.encryptNow('hello back'))
  return [a, b]
}

describe('startSession', () => {
  it('refuses a bundle whose signed prekey another identity signed, or nobody', () => {
    const [a, b] = [new OurParty(), new OurParty()]
    const bundle = b.bundle()
    const forgedKey = generateKeyPair().publicKey
    const forgeries = [
      { ...bundle.signedPreKey, publicKey: forgedKey },
      { ...bundle.signedPreKey, signature: sign(a.local.identity.privateKey, prefixed(bundle.signedPreKey.publicKey)) },
      { ...bundle.signedPreKey, signature: new Uint8Array(64) },
      { ...bundle.signedPreKey, signature: new Uint8Array(0) },
    ]
    for (const signedPreKey of forgeries) {
      assert.throws(() => startSession(a.local, { ...bundle, signedPreKey }), is('untrusted_signature'))
    }
    assert.throws(
      () => startSession(a.local, { ...bundle, identityKey: generateKeyPair().publicKey }),
      is('untrusted_signature'),
    )
  })

  it('refuses a one-time prekey of low order', () => {
    const [a, b] = [new OurParty(), new OurParty()]
    const bundle = { ...b.bundle(), preKey: { keyId: 1, publicKey: new Uint8Array(32) } }
    assert.throws(() => startSession(a.local, bundle), is('bad_key'))
  })

  it('leaves an open session with the identity of the bundle', () => {
    const [a, b] = [new OurParty(), new OurParty()]
    const record = startSession(a.local, b.bundle())
    assert.equal(hasOpenSession(record), true)
    assert.deepEqual(sessionIdentity(record), b.local.identity.publicKey)
  })
})

describe('decryptPreKeyMessage', () => {
  it('names the one-time prekey it used, once, and whom the message is from', () => {
    const [a, b] = [new OurParty(), new OurParty()]
    a.stored = startSession(a.local, b.bundle()).serialize()
    assert.equal(b.unusedPreKeys, 1)
    b.decryptNow(a.encryptNow('one'))
    assert.equal(b.unusedPreKeys, 0)
    const repeated = decryptPreKeyMessage(
      deserializeSession(b.stored!),
      b.local,
      NO_KEYS,
      a.encryptNow('two').ciphertext,
    )
    assert.equal(repeated.usedPreKeyId, undefined)
    assert.deepEqual(repeated.identityKey, a.local.identity.publicKey)
    assert.equal(repeated.registrationId, a.local.registrationId)
  })

  it('refuses a duplicate of the first message as such, also after the prekey is gone', () => {
    const [a, b] = [new OurParty(), new OurParty()]
    a.stored = startSession(a.local, b.bundle()).serialize()
    const first = a.encryptNow('one')
    b.decryptNow(first)
    const before = b.stored
    assert.throws(() => b.decryptNow(first), is('duplicate_message'))
    assert.deepEqual(b.stored, before)
  })

  it('refuses prekeys that we do not hold', () => {
    const [a, b] = [new OurParty(), new OurParty()]
    const { ciphertext } = encryptMessage(startSession(a.local, b.bundle()), a.local, Buffer.from('x'))
    assert.throws(() => decryptPreKeyMessage(undefined, b.local, NO_KEYS, ciphertext), is('unknown_prekey'))
    const onlySigned = { preKey: () => undefined, signedPreKey: () => generateKeyPair() }
    assert.throws(() => decryptPreKeyMessage(undefined, b.local, onlySigned, ciphertext), is('unknown_prekey'))
  })

  it('does not take another identity for the owner of a known base key', () => {
    const [a, b] = [new OurParty(), new OurParty()]
    const record = startSession(a.local, b.bundle())
    const first = encryptMessage(record, a.local, Buffer.from('one'))
    b.decryptNow(first)
    const impostor = { ...a.local, identity: generateKeyPair() }
    const forged = encryptMessage(first.record, impostor, Buffer.from('two'))
    assert.throws(() => b.decryptNow(forged), is('bad_mac'))
  })

  it('takes up a reinstalled peer, and does not go back when a late message of the old one comes', () => {
    const [a, b] = established()
    const late = a.encryptNow('late')
    const reinstalled = a.reinstall()
    reinstalled.stored = startSession(reinstalled.local, b.bundle()).serialize()
    b.decryptNow(reinstalled.encryptNow('new phone'))
    assert.equal(b.decryptNow(late), 'late')
    assert.throws(() => b.decryptNow(late), is('duplicate_message'))
    assert.deepEqual(sessionIdentity(deserializeSession(b.stored!)), reinstalled.local.identity.publicKey)
    assert.equal(reinstalled.decryptNow(b.encryptNow('answer')), 'answer')
  })
})

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
      receiving.reduce((total, chain) => total + chain.skipped.length, 0),
      2000,
    )
    assert.throws(() => b.decryptNow(first), is('duplicate_message'))
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

describe('SessionRecord', () => {
  it('keeps no more than 40 replaced sessions', () => {
    const [a, b] = [new OurParty(), new OurParty()]
    for (let count = 0; count < 45; count++) {
      const existing = a.stored ? deserializeSession(a.stored) : undefined
      a.stored = startSession(a.local, b.bundle({ withoutPreKey: true }), existing).serialize()
    }
    assert.equal(deserializeSession(a.stored!).archived.length, 40)
  })

  it('comes back from storage the same, with skipped keys and archived sessions', () => {
    const [a, b] = established()
    a.encryptNow('lost')
    b.decryptNow(a.encryptNow('read'))
    b.stored = startSession(b.local, a.bundle(), deserializeSession(b.stored!)).serialize()
    const record = deserializeSession(b.stored)
    assert.equal(record.archived.length, 1)
    assert.deepEqual(record.serialize(), b.stored)
  })

  it('does not depend on the bytes it was read from', () => {
    const [a, b] = established()
    const bytes = Uint8Array.from(b.stored!)
    const record = deserializeSession(bytes)
    bytes.fill(0)
    assert.equal(
      Buffer.from(decryptMessage(record, b.local, a.encryptNow('kept').ciphertext).plaintext).toString(),
      'kept',
    )
  })

  it('is refused when stored by another version or damaged', () => {
    const [a] = established()
    assert.throws(() => deserializeSession(Uint8Array.of(9, 1)), is('bad_version'))
    assert.throws(() => deserializeSession(new Uint8Array(0)), is('bad_version'))
    assert.throws(() => deserializeSession(a.stored!.subarray(0, 100)), is('malformed'))
  })
})

describe('archiveSession', () => {
  it('closes the session for sending while late messages are still read', () => {
    const [a, b] = established()
    const late = a.encryptNow('late')
    const closed = archiveSession(deserializeSession(b.stored!))
    assert.equal(hasOpenSession(closed), false)
    assert.throws(() => encryptMessage(closed, b.local, Buffer.from('x')), is('no_session'))
    assert.throws(() => sessionIdentity(closed), is('no_session'))
    assert.equal(Buffer.from(decryptMessage(closed, b.local, late.ciphertext).plaintext).toString(), 'late')
  })
})
