import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createDeviceLane } from './device-lane.ts'

describe('createDeviceLane', () => {
  it('runs tasks one at a time, in order, whatever they take', async () => {
    const lane = createDeviceLane()
    const seen: string[] = []
    const first = Promise.withResolvers<void>()
    const one = lane.run(async () => {
      seen.push('one begins')
      await first.promise
      seen.push('one ends')
    })
    const two = lane.run(async () => {
      seen.push('two')
    })
    assert.equal(lane.size, 2)
    first.resolve()
    await Promise.all([one, two])
    assert.deepEqual(seen, ['one begins', 'one ends', 'two'])
    assert.equal(lane.size, 0)
  })

  it('continues after a task that failed, and tells its caller', async () => {
    const lane = createDeviceLane()
    const failed = lane.run(() => Promise.reject(new Error('no')))
    const next = lane.run(async () => 'yes')
    await assert.rejects(failed, /no/)
    assert.equal(await next, 'yes')
  })

  it('refuses more than its limit', async () => {
    const lane = createDeviceLane(1)
    const running = lane.run(async () => 'first')
    await assert.rejects(
      lane.run(async () => 'second'),
      { code: 'rate_limited' },
    )
    assert.equal(await running, 'first')
    assert.equal(await lane.run(async () => 'third'), 'third')
  })
})
