import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FixedWindow } from './fixed-window.ts'

describe('FixedWindow', () => {
  it('allows the limit within a window and begins again after it', () => {
    let now = 1_000
    const window = new FixedWindow<string>(100, () => now)
    assert.deepEqual(window.take('a', 2), { allowed: true, remaining: 1, endsAt: 1_100 })
    assert.deepEqual(window.take('a', 2), { allowed: true, remaining: 0, endsAt: 1_100 })
    assert.equal(window.take('a', 2).allowed, false)
    assert.equal(window.take('b', 2).allowed, true)
    now = 1_099
    assert.equal(window.look('a', 2).allowed, false)
    now = 1_100
    assert.equal(window.look('a', 2).allowed, true)
    assert.deepEqual(window.take('a', 2), { allowed: true, remaining: 1, endsAt: 1_200 })
  })

  it('follows a limit that is raised in the middle of a window', () => {
    const window = new FixedWindow<string>(100, () => 0)
    window.take('a', 1)
    assert.equal(window.take('a', 1).allowed, false)
    assert.equal(window.take('a', 2).allowed, true)
  })
})
