import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { TokenBucket } from './token-bucket.ts'

describe('TokenBucket', () => {
  it('gives the burst at once and the rest evenly', () => {
    const bucket = new TokenBucket(60, 2, 0)
    assert.deepEqual([bucket.take(0), bucket.take(0), bucket.take(0), bucket.take(0)], [0, 0, 1000, 2000])
    assert.equal(bucket.take(60_000), 0)
  })

  it('never lets more through in a minute than the rate and the burst', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 200 }),
        (perMinute, burst, pauses) => {
          const bucket = new TokenBucket(perMinute, burst, 0)
          let now = 0
          const passed = pauses.map((pause) => {
            now += pause
            return now + bucket.take(now)
          })
          for (const start of passed) {
            const within = passed.filter((at) => at >= start && at < start + 60_000).length
            assert.ok(within <= perMinute + burst, `${within} in a minute`)
          }
        },
      ),
      { numRuns: 50 },
    )
  })
})
