import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { threadsFor } from './threads-for.ts'

describe('threads of the engine', () => {
  it('are as many as the setting says, from the first device on', () => {
    assert.deepEqual(threadsFor(0, 16), { most: 0, sessionsEach: 0 })
    assert.deepEqual(threadsFor(3, 1), { most: 3, sessionsEach: 0 })
  })

  it('are none on one or two cores when nothing is set', () => {
    assert.equal(threadsFor('auto', 1).most, 0)
    assert.equal(threadsFor('auto', 2).most, 0)
  })

  it('leave a core to the main thread and one to the database', () => {
    assert.deepEqual(
      [3, 4, 8, 64].map((cores) => threadsFor('auto', cores).most),
      [1, 2, 6, 8],
    )
    assert.equal(threadsFor('auto', 4).sessionsEach, 200)
  })
})
