import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { TimerWheel } from './timer-wheel.ts'

/** A wheel in a time of its own. */
function wheelIn({ mock }: TestContext) {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  const armed = mock.method(globalThis, 'setTimeout').mock
  // In small steps: the clock stands at the end of a step while it is taken.
  const pass = (ms: number) => {
    for (let left = ms; left > 0; left -= 20) mock.timers.tick(Math.min(20, left))
  }
  return { wheel: new TimerWheel(() => Date.now()), armed, pass }
}

describe('TimerWheel', () => {
  it('lets things happen in time, in order, and once', (context) => {
    const { wheel, pass } = wheelIn(context)
    const happened: string[] = []
    wheel.after(900, () => happened.push('late'))
    wheel.after(300, () => happened.push('early'))
    pass(280)
    assert.deepEqual(happened, [])
    pass(140)
    assert.deepEqual(happened, ['early'])
    pass(10_000)
    assert.deepEqual(happened, ['early', 'late'])
    assert.equal(wheel.size, 0)
  })

  it('never lets them happen before', (context) => {
    const { wheel, pass } = wheelIn(context)
    for (const delay of [1, 99, 100, 101, 4_999, 5_000, 30_000, 30_001]) {
      const due = Date.now() + delay
      let at = 0
      wheel.after(delay, () => {
        at = Date.now()
      })
      pass(delay + 1_200)
      assert.ok(at >= due && at <= due + 1_100, `${delay}: ${at - due}`)
    }
  })

  it('forgets what is cancelled, also while others happen', (context) => {
    const { wheel, pass } = wheelIn(context)
    const happened: string[] = []
    const never = wheel.after(200, () => happened.push('never'))
    wheel.after(300, () => {
      happened.push('first')
      second.cancel()
      wheel.after(0, () => happened.push('next'))
    })
    const second = wheel.after(300, () => happened.push('second'))
    never.cancel()
    pass(1_000)
    assert.deepEqual(happened, ['first', 'next'])
  })

  it('wakes up once for a thousand that wait for about the same time', (context) => {
    const { wheel, armed, pass } = wheelIn(context)
    let happened = 0
    for (let index = 0; index < 1000; index++) wheel.after(30_000 + (index % 500), () => happened++)
    pass(31_500)
    assert.equal(happened, 1000)
    assert.ok(armed.callCount() <= 3, `${armed.callCount()} timers`)
  })
})
