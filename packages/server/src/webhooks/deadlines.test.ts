import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { until } from '../testing/until.ts'
import { Deadlines } from './deadlines.ts'

describe('Deadlines', () => {
  it('ends what takes too long, in the order in which it began, and nothing that has ended itself', async () => {
    const deadlines = new Deadlines(30)
    const expired: number[] = []
    const timed = Array.from({ length: 5 }, (_, n) => ({ expire: () => expired.push(n) }))
    for (const each of timed.slice(0, 3)) deadlines.begin(each)
    deadlines.end(timed[1]!)
    await until('the first are over', () => expired.length === 2)
    for (const each of timed.slice(3)) deadlines.begin(each)
    await until('so are those that began later', () => expired.length === 4)
    assert.deepEqual(expired, [0, 2, 3, 4])
  })
})
