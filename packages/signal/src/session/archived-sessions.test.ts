import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { established } from '../../test/our-party.ts'
import {
  archiveSession,
  decryptMessage,
  deserializeSession,
  encryptMessage,
  hasOpenSession,
  SignalError,
  type SignalErrorCode,
  sessionIdentity,
} from '../index.ts'

const is = (code: SignalErrorCode) => (error: unknown) => error instanceof SignalError && error.code === code

describe('archiveSession', () => {
  it('closes the session for sending while late messages are still read', () => {
    const [a, b] = established()
    const late = a.encryptNow('late')
    const closed = archiveSession(deserializeSession(b.stored!))
    assert.equal(hasOpenSession(closed), false)
    assert.throws(() => encryptMessage(closed, b.local, Buffer.from('x')), is('no_session'))
    assert.throws(() => sessionIdentity(closed), is('no_session'))
    const read = decryptMessage(closed, b.local, late.ciphertext)
    assert.equal(Buffer.from(read.plaintext).toString(), 'late')
    assert.equal(hasOpenSession(read.record), false)
    assert.throws(() => decryptMessage(read.record, b.local, late.ciphertext), { code: 'duplicate_message' })
  })
})
