import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { padMessage, unpadMessage } from './message-padding.ts'

describe('message padding', () => {
  it('comes off as it went on, 1 to 16 bytes of it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (plaintext) => {
        const padded = padMessage(plaintext)
        const added = padded.length - plaintext.length
        assert.ok(added >= 1 && added <= 16)
        assert.deepEqual(unpadMessage(padded), plaintext)
      }),
    )
  })

  it('is refused when it is anything else', () => {
    for (const bytes of [[], [0], [17], [9, 2], [1, 3, 3], Array(17).fill(17)]) {
      assert.equal(unpadMessage(Uint8Array.from(bytes)), undefined)
    }
    assert.deepEqual(unpadMessage(new Uint8Array(16).fill(16)), new Uint8Array(0))
  })
})
