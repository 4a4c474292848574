import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LT_HASH_ANTI_TAMPERING } from 'baileys-stock'
import fc from 'fast-check'
import { emptyHash, updateHash } from './lt-hash.ts'

const mac = fc.uint8Array({ minLength: 32, maxLength: 32 })
const macs = fc.array(mac, { maxLength: 12 })
const hash = fc.uint8Array({ minLength: 128, maxLength: 128 })

describe('the hash of a collection', () => {
  it('is the original’s for every hash and every change', () => {
    fc.assert(
      fc.property(hash, macs, macs, (before, gone, come) => {
        const copy = Uint8Array.from(before)
        const theirs = LT_HASH_ANTI_TAMPERING.subtractThenAdd(before, gone, come)
        assert.deepEqual(Buffer.from(updateHash(before, gone, come)), Buffer.from(theirs))
        assert.deepEqual(before, copy)
      }),
    )
  })

  it('does not depend on the order, and ends where it began when everything is gone again', () => {
    fc.assert(
      fc.property(macs, (come) => {
        const all = updateHash(emptyHash(), [], come)
        const oneByOne = come.toReversed().reduce((before, one) => updateHash(before, [], [one]), emptyHash())
        assert.deepEqual(oneByOne, all)
        assert.deepEqual(updateHash(all, come, []), emptyHash())
      }),
    )
  })

  it('is not made from what is no hash', () => {
    assert.throws(() => updateHash(new Uint8Array(127), [], []), RangeError)
  })
})
