import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createAgeClock, systemClock } from './clock.ts'
import { TestClock } from './testing/test-clock.ts'

describe('the clock', () => {
  it('tells the time of day, and how much has passed', () => {
    assert.ok(Math.abs(systemClock.now() - Date.now()) < 1_000)
    const first = systemClock.monotonic()
    assert.ok(systemClock.monotonic() >= first)
  })

  it('makes nothing old by being set ahead, and follows when it is set back', () => {
    const clock = new TestClock({ stands: true })
    const age = createAgeClock(clock)
    const begun = age()
    clock.pass(1_000)
    assert.equal(age(), begun + 1_000)
    clock.set(5_000)
    assert.equal(age(), begun + 1_000)
    clock.set(-8_000)
    assert.equal(age(), begun - 2_000)
  })
})
