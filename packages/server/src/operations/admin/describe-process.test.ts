import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { describeBytes, describeDuration } from './describe-process.ts'

describe('describeDuration', () => {
  it('leaves out what is zero in front, and nothing else', () => {
    assert.equal(describeDuration(0), '0s')
    assert.equal(describeDuration(61.9), '1m 1s')
    assert.equal(describeDuration(7200), '2h 0m 0s')
    assert.equal(describeDuration(93_784), '1d 2h 3m 4s')
  })
})

describe('describeBytes', () => {
  it('tells megabytes with one decimal', () => {
    assert.equal(describeBytes(12.34 * 1024 * 1024), '12.3 MB')
  })
})
