import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { decryptGcm, encryptGcm } from './aes-gcm.ts'

const key = fc.uint8Array({ minLength: 32, maxLength: 32 })
const iv = fc.uint8Array({ minLength: 12, maxLength: 12 })
const bytes = fc.uint8Array({ maxLength: 80 })

describe('AES-256-GCM', () => {
  it('is that of the specification (McGrew and Viega, test case 14), with the tag at the end', () => {
    const sealed = encryptGcm(new Uint8Array(32), new Uint8Array(12), new Uint8Array(16))
    assert.equal(sealed.toString('hex'), 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919')
  })

  it('opens what was sealed, and nothing that was changed, cut short, or bound to something else', () => {
    fc.assert(
      fc.property(key, iv, bytes, bytes, fc.nat(), (secret, nonce, plaintext, aad, place) => {
        const sealed = encryptGcm(secret, nonce, plaintext, aad)
        assert.deepEqual(decryptGcm(secret, nonce, sealed, aad), Buffer.from(plaintext))
        const changed = Uint8Array.from(sealed)
        changed[place % changed.length]! ^= 1
        assert.equal(decryptGcm(secret, nonce, changed, aad), undefined)
        assert.equal(decryptGcm(secret, nonce, sealed.subarray(0, place % sealed.length), aad), undefined)
        assert.equal(decryptGcm(secret, nonce, sealed, Buffer.concat([aad, Buffer.of(0)])), undefined)
      }),
    )
  })
})
