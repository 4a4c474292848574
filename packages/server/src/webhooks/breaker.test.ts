import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Breaker } from './breaker.ts'

const tripped = (now: number): Breaker => {
  const breaker = new Breaker()
  for (let n = 0; n < 5; n++) breaker.failed(now)
  return breaker
}

describe('Breaker', () => {
  it('opens after five failures in a row and not before', () => {
    const breaker = new Breaker()
    for (let n = 0; n < 4; n++) breaker.failed(0)
    assert.ok(breaker.admit(0))
    breaker.succeeded()
    for (let n = 0; n < 4; n++) breaker.failed(0)
    assert.ok(breaker.admit(0))
    breaker.failed(0)
    assert.ok(!breaker.admit(0))
    assert.equal(breaker.opensAt, 2000)
  })

  it('lets one probe through when its pause is over, and closes when that succeeds', () => {
    const breaker = tripped(0)
    assert.ok(!breaker.admit(1999))
    assert.ok(breaker.admit(2000))
    assert.ok(!breaker.admit(2000), 'one probe at a time')
    assert.ok(breaker.succeeded())
    assert.ok(breaker.admit(2000) && breaker.admit(2000))
    assert.ok(breaker.isPristine)
  })

  it('pauses longer after each failed probe', () => {
    const breaker = tripped(0)
    const pauses: number[] = []
    for (let now = 0, n = 0; n < 8; n++) {
      pauses.push(breaker.opensAt - now)
      now = breaker.opensAt
      assert.ok(breaker.admit(now))
      breaker.failed(now)
    }
    assert.deepEqual(pauses, [2000, 5000, 15_000, 30_000, 60_000, 120_000, 300_000, 300_000])
  })

  it('gives the probe to another when it was not used', () => {
    const breaker = tripped(0)
    assert.ok(breaker.admit(2000))
    breaker.release()
    assert.ok(breaker.admit(2000))
  })

  it('pauses at once for as long as the endpoint asks', () => {
    const breaker = new Breaker()
    breaker.failed(0, 60_000)
    assert.ok(!breaker.admit(59_999))
    assert.ok(breaker.admit(60_000))
  })

  it('lets one caller through before its time when there is hope, once a pause, and continues as planned when that fails', () => {
    const breaker = tripped(0)
    assert.ok(breaker.hope(500))
    assert.ok(breaker.admit(500))
    assert.ok(!breaker.hope(500), 'a probe is under way')
    breaker.failed(600)
    assert.equal(breaker.opensAt, 2000)
    assert.ok(!breaker.hope(700), 'once a pause')
    assert.ok(breaker.admit(2000))
    breaker.failed(2000)
    assert.equal(breaker.opensAt, 7000)
    assert.ok(breaker.hope(3000))
    assert.ok(breaker.admit(3000))
    assert.ok(breaker.succeeded())
    assert.ok(breaker.hope(3000), 'closed: anybody may call')
  })

  it('keeps to the time that the endpoint has asked for, whatever hope there is', () => {
    const breaker = new Breaker()
    breaker.failed(0, 60_000)
    assert.ok(!breaker.hope(1000))
    assert.equal(breaker.opensAt, 60_000)
  })
})
