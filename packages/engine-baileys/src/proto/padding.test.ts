import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { padMessage, unpadMessage } from './padding.ts'

describe('padding', () => {
  it('adds 1 to 16 bytes that say how many they are, and comes off again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (message) => {
        const padded = padMessage(message)
        const added = padded.length - message.length
        assert.ok(added >= 1 && added <= 16)
        assert.ok(padded.subarray(message.length).every((byte) => byte === added))
        assert.deepEqual(Uint8Array.from(unpadMessage(padded)), message)
      }),
    )
  })

  it('refuses bytes without padding', () => {
    for (const bytes of [new Uint8Array(), Uint8Array.of(0), Uint8Array.of(9)]) {
      assert.throws(() => unpadMessage(bytes), RangeError)
    }
  })
})
