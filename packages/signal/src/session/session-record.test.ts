import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { established, OurParty } from '../../test/our-party.ts'
import { decryptMessage, deserializeSession, SignalError, type SignalErrorCode, startSession } from '../index.ts'

const is = (code: SignalErrorCode) => (error: unknown) => error instanceof SignalError && error.code === code

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
