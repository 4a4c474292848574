import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ratioLines, type Series } from './ratio-lines.ts'

const series = (...values: number[]): Series =>
  new Map([['CPU', values.map((value) => ({ what: 'CPU', value, unit: 'ms', aim: { ratio: 0.5 } }))]])

describe('the table of a comparison', () => {
  it('divides round by round and takes the median of that', () => {
    assert.equal(
      ratioLines(series(1, 9, 2), series(2, 10, 10)).at(-1),
      '| CPU | ms | 2.00 | 10.0 | 0.50 0.90 0.20 | 0.50 | ≤ 0.5 |',
    )
  })

  it('divides nothing by what did not occur', () => {
    assert.equal(ratioLines(series(0, 0), series(0, 0)).at(-1), '| CPU | ms | 0.00 | 0.00 |  |  | ≤ 0.5 |')
  })

  it('leaves out rounds that only one build has ended', () => {
    assert.equal(ratioLines(series(1, 9), series(2)).at(-1), '| CPU | ms | 9.00 | 2.00 | 0.50 | 0.50 | ≤ 0.5 |')
  })
})
