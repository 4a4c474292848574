import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TravelClock } from './travel-clock.ts'

const day = 24 * 60 * 60 * 1000

describe('a clock that can be moved on', () => {
  it('runs what comes due on the way, in order and at its time, also what that sets', () => {
    const clock = new TravelClock()
    const start = clock.now()
    const rung: [string, number][] = []
    const ring = (name: string) => () => {
      rung.push([name, Math.round((clock.now() - start) / 1000)])
    }
    clock.after(day, ring('a day'))
    clock.after(60_000, () => {
      ring('a minute')()
      clock.after(60_000, ring('two minutes'))
    })
    clock.after(2 * day, ring('two days'))
    clock.after(1000, ring('never'))()
    clock.advance(day)
    assert.deepEqual(rung, [
      ['a minute', 60],
      ['two minutes', 120],
      ['a day', 86_400],
    ])
    assert.ok(clock.now() - start >= day)
  })

  it('continues by itself, from wherever it was moved to', async () => {
    const clock = new TravelClock()
    clock.advance(day)
    const before = clock.now()
    // Timers of the clock keep no process alive: this one does.
    const alive = setInterval(() => {}, 1000)
    await new Promise<void>((resolve) => clock.after(5, resolve))
    clearInterval(alive)
    assert.ok(clock.now() >= before)
  })
})
