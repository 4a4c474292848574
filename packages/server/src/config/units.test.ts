import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseDuration, parseSize } from './units.ts'

describe('parseSize', () => {
  it('reads bytes and their 1024-based multiples, whatever the case', () => {
    const known = { '8M': 8_388_608, '512k': 524_288, '1G': 1_073_741_824, '1048576': 1_048_576, '2MB': 2_097_152 }
    for (const [text, bytes] of Object.entries(known)) assert.equal(parseSize(text), bytes, text)
  })

  it('refuses what is no size', () => {
    for (const text of ['', 'M', '-1M', '1T', '1.5M', '8 M']) assert.equal(parseSize(text), undefined, text)
  })
})

describe('parseDuration', () => {
  it('reads every unit and their sums, as Go does', () => {
    const known = {
      ...{ '500ms': 500, '2s': 2000, '10m': 600_000, '1h30m': 5_400_000, '1.5h': 5_400_000, '600us': 1 },
      ...{ '.5h': 1_800_000, '+10m': 600_000, '1.s': 1000, '1.5h.5m': 5_430_000, '2000\u00b5s': 2, '3000\u03bcs': 3 },
      ...{ '0': 0, '+0': 0, '-0': 0, '0s': 0, '0h0m': 0, '-0s': 0 },
    }
    for (const [text, ms] of Object.entries(known)) assert.equal(parseDuration(text) ?? 'none', ms, text)
  })

  it('refuses what is no duration', () => {
    for (const text of [
      '',
      '5',
      's',
      '-1s',
      '1d',
      '1s ',
      '1 s',
      'ms500',
      '1s2',
      '.s',
      '.',
      '+',
      '++1s',
      '1..s',
      '1s-1m',
    ]) {
      assert.equal(parseDuration(text), undefined, text)
    }
  })

  it('refuses what would round to nothing', () => {
    for (const text of ['2us', '1ns', '0.4ms', '0s499us']) assert.equal(parseDuration(text), undefined, text)
  })
})
