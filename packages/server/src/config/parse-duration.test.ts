import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseDuration } from './parse-duration.ts'

describe('parseDuration', () => {
  it('reads every unit and their sums', () => {
    const known = { '500ms': 500, '2s': 2000, '10m': 600_000, '1h30m': 5_400_000, '1.5h': 5_400_000, '0': 0, '2us': 0 }
    for (const [text, ms] of Object.entries(known)) assert.equal(parseDuration(text), ms, text)
  })

  it('refuses what is no duration', () => {
    for (const text of ['', '5', 's', '-1s', '1d', '1s ', '1 s', 'ms500', '1s2']) {
      assert.equal(parseDuration(text), undefined, text)
    }
  })
})
