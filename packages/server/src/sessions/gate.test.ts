import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Gate } from './gate.ts'

describe('Gate', () => {
  it('lets as many in as it has places, and the next when one leaves', async () => {
    const gate = new Gate(2)
    const leaveFirst = await gate.enter()
    await gate.enter()
    let entered = false
    const third = gate.enter().then((leave) => {
      entered = true
      return leave
    })
    await Promise.resolve()
    assert.equal(entered, false)
    leaveFirst()
    leaveFirst()
    await third
    assert.equal(entered, true)
    const fourth = Promise.race([gate.enter().then(() => 'in'), Promise.resolve('waits')])
    assert.equal(await fourth, 'waits')
  })
})
