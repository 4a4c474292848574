import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseRetryAfter } from './parse-retry-after.ts'
import { retryDelay } from './retry-schedule.ts'
import { verdictOf } from './verdict.ts'

describe('retryDelay', () => {
  it('follows the schedule and repeats its last step', () => {
    const seconds = Array.from({ length: 16 }, (_, index) => retryDelay(index + 1) / 1000)
    const hours = [0.5, 2, 5, 10, 14, 20, 24, 24, 24].map((each) => each * 3600)
    assert.deepEqual(seconds, [2, 5, 15, 30, 60, 120, 300, ...hours])
  })

  it('waits longer when the endpoint asks for it, up to a day, and never shorter', () => {
    assert.equal(retryDelay(1, 60_000), 60_000)
    assert.equal(retryDelay(2, 1000), 5_000)
    assert.equal(retryDelay(1, 10 * 86_400_000), 86_400_000)
  })
})

describe('parseRetryAfter', () => {
  it('reads seconds and dates', () => {
    assert.equal(parseRetryAfter('120', 0), 120_000)
    assert.equal(parseRetryAfter('Thu, 01 Jan 1970 00:02:00 GMT', 60_000), 60_000)
    assert.equal(parseRetryAfter('Thu, 01 Jan 1970 00:00:00 GMT', 60_000), 0)
    assert.equal(parseRetryAfter('soon', 0), undefined)
    assert.equal(parseRetryAfter(undefined, 0), undefined)
  })
})

describe('verdictOf', () => {
  it('tells trouble of the endpoint from a refused payload', () => {
    const table = {
      delivered: [200, 201, 204, 299],
      trouble: [undefined, 301, 307, 408, 429, 500, 502, 503, 599],
      refused: [400, 401, 403, 404, 413, 422],
      gone: [410],
    }
    for (const [verdict, statuses] of Object.entries(table)) {
      for (const status of statuses) assert.equal(verdictOf(status), verdict, String(status))
    }
  })
})
