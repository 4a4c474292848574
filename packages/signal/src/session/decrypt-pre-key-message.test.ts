import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { established, OurParty } from '../../test/our-party.ts'
import {
  decryptPreKeyMessage,
  deserializeSession,
  encryptMessage,
  generateKeyPair,
  SignalError,
  type SignalErrorCode,
  sessionIdentity,
  startSession,
} from '../index.ts'

const is = (code: SignalErrorCode) => (error: unknown) => error instanceof SignalError && error.code === code
const NO_KEYS = { preKey: () => undefined, signedPreKey: () => undefined }

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
