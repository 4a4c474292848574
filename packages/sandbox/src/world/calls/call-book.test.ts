import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ManualClock } from '../manual-clock.ts'
import { ringMs } from './call.ts'
import { CallBook } from './call-book.ts'

describe('the call book', () => {
  const opened = { creator: '1', creatorDevice: 0, callees: {}, media: 'audio', addressing: 'lid' } as const

  it('ends what rings in vain, and leaves alone what was answered', () => {
    const clock = new ManualClock()
    const ended: string[] = []
    const book = new CallBook(clock, ({ id }) => ended.push(id))
    book.open({ id: 'vain', ...opened })
    book.open({ id: 'taken', ...opened }).state = 'accepted'
    clock.advance(ringMs)
    assert.deepEqual(ended, ['vain'])
    assert.deepEqual(
      book.list().map(({ id, state, reason }) => [id, state, reason]),
      [
        ['vain', 'ended', 'timeout'],
        ['taken', 'accepted', undefined],
      ],
    )
  })

  it('rings on for the rest of the time when it is brought back', () => {
    const clock = new ManualClock()
    const book = new CallBook(clock, () => {})
    book.open({ id: 'one', ...opened })
    const state = book.snapshot()
    clock.advance(ringMs - 10)
    const ended: string[] = []
    const again = new CallBook(clock, ({ id }) => ended.push(id))
    again.restore(state)
    clock.advance(9)
    assert.deepEqual(ended, [])
    clock.advance(1)
    assert.deepEqual(ended, ['one'])
  })
})
