import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BoundedCache } from './bounded-cache.ts'

describe('BoundedCache', () => {
  it('makes a value once and forgets the one used least recently', () => {
    const made: number[] = []
    const cache = new BoundedCache<number>(2)
    const get = (key: number) => cache.getOrMake(Uint8Array.of(key), () => made.push(key))
    for (const key of [1, 2, 1, 3, 1, 2]) get(key)
    assert.deepEqual(made, [1, 2, 3, 2])
    assert.equal(cache.size, 2)
  })

  it('remembers nothing when making fails', () => {
    const cache = new BoundedCache<string>(2)
    assert.throws(() => cache.getOrMake(Uint8Array.of(1), () => assert.fail('no')))
    assert.equal(cache.size, 0)
    assert.equal(
      cache.getOrMake(Uint8Array.of(1), () => 'yes'),
      'yes',
    )
  })
})
