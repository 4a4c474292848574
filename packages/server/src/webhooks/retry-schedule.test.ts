import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseRetryAfter } from './parse-retry-after.ts'
import { retryDelay } from './retry-schedule.ts'
import { verdictOf } from './verdict.ts'

describe('retryDelay', () => {
  it('follows the schedule and repeats its last step', () => {
    const minutes = Array.from({ length: 11 }, (_, index) => retryDelay(index + 1) / 60_000)
    assert.deepEqual(minutes, [5 / 60, 5, 30, 120, 300, 600, 840, 1200, 1440, 1440, 1440])
  })

  it('waits longer when the endpoint asks for it, up to a day, and never shorter', () => {
    assert.equal(retryDelay(1, 60_000), 60_000)
    assert.equal(retryDelay(2, 1000), 300_000)
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
