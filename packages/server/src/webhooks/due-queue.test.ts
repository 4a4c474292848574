import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { DueQueue } from './due-queue.ts'
import { Fifo } from './fifo.ts'

describe('DueQueue', () => {
  it('gives back what is due, earliest first, whatever the order it came in', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000)), fc.nat(1000), (instants, now) => {
        const queue = new DueQueue<number>()
        for (const at of instants) queue.push(at, at)
        const due: number[] = []
        for (let next = queue.shiftDue(now); next !== undefined; next = queue.shiftDue(now)) due.push(next)
        const sorted = instants.toSorted((a, b) => a - b)
        assert.deepEqual(
          due,
          sorted.filter((at) => at <= now),
        )
        assert.equal(
          queue.nextAt,
          sorted.find((at) => at > now),
        )
      }),
    )
  })
})

describe('Fifo', () => {
  it('gives back in the order it was given', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat())), (steps) => {
        const queue = new Fifo<number>()
        const model: number[] = []
        for (const step of steps) {
          if (step === null) assert.equal(queue.shift(), model.shift())
          else {
            queue.push(step)
            model.push(step)
          }
          assert.equal(queue.size, model.length)
        }
      }),
    )
  })
})
