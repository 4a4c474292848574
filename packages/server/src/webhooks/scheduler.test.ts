import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../clock.ts'
import { TestClock } from '../testing/test-clock.ts'
import { Lane } from './lane.ts'
import { Scheduler } from './scheduler.ts'

const limits = { total: 4, perTenant: 4, perEndpoint: 4 }

const laneOf = (id: number) => new Lane({ id, apiKeyId: 1, url: 'https://example.com', ofDevice: true }, 'device')

describe('Scheduler', () => {
  for (const kind of ['again', 'idle'] as const) {
    it(`lets timers run while a lane does nothing but ask for turns (${kind})`, async () => {
      let turns = 0
      const scheduler: Scheduler = new Scheduler({
        limits,
        clock: systemClock,
        tickMs: 10,
        turn: async () => {
          turns++
          return { turn: { kind }, called: 'nobody' }
        },
        // As one that still has work would.
        idle: (lane) => scheduler.enqueue(lane),
      })
      scheduler.enqueue(laneOf(1))
      while (turns < 3) await sleep(1)
      await scheduler.stop()
    })
  }

  it('gives no turn before nothing can be done, however great the hurry', async () => {
    const clock = new TestClock({ stands: true })
    let turns = 0
    const scheduler = new Scheduler({
      limits,
      clock,
      tickMs: 1,
      turn: async () => {
        turns++
        return { turn: { kind: 'stop', until: clock.monotonic() + 1_000 }, called: 'nobody' }
      },
      idle: () => {},
    })
    const lane = laneOf(1)
    lane.hurry = true
    scheduler.enqueue(lane, true)
    while (turns < 1 || lane.state === 'running') await sleep(1)
    await sleep(20)
    assert.equal(turns, 1)
    clock.pass(1_000)
    while (turns < 2) await sleep(1)
    await scheduler.stop()
  })

  it('lets a lane that is found alone try again when something came before it began to wait', async () => {
    const clock = new TestClock({ stands: true })
    const early: (number | undefined)[] = []
    const scheduler: Scheduler = new Scheduler({
      limits,
      clock,
      tickMs: 5,
      turn: async (lane) => {
        early.push(lane.early)
        lane.early = undefined
        lane.alone = early.length === 1
        // The turn is over then, and its outcome is not settled yet.
        process.nextTick(() => {
          assert.equal(lane.state, 'running')
          lane.joined = true
          scheduler.tryEarly(lane)
        })
        const until = clock.monotonic() + 60_000
        return { turn: { kind: 'wait', until, troubled: true }, called: 'nobody' }
      },
      idle: () => {},
    })
    const lane = laneOf(1)
    const until = clock.monotonic() + 60_000
    scheduler.enqueue(lane)
    while (early.length < 2 || lane.state === 'running') await sleep(1)
    assert.deepEqual([early, lane.state], [[undefined, until], 'waiting'])
    await scheduler.stop()
  })

  it('does not look without end for a place at an endpoint whose pause is over and whose places are taken', async () => {
    const clock = new TestClock({ stands: true })
    const ends = new Map<Lane, () => void>()
    const started: Lane[] = []
    const scheduler = new Scheduler({
      limits: { total: 9, perTenant: 9, perEndpoint: 2 },
      clock,
      tickMs: 5,
      turn: async (lane) => {
        started.push(lane)
        lane.hurry = false
        if (lane.webhookId > 5) await new Promise<void>((resolve) => ends.set(lane, resolve))
        const at = clock.monotonic()
        return { turn: { kind: 'trouble', at, until: at + 60_000, holdMs: 0 }, called: 'failed' }
      },
      idle: () => {},
    })
    const lanes = Array.from({ length: 9 }, (_, n) => laneOf(n))
    // One is under way for long. Five fail, so that the endpoint pauses. A person has another one tried, and a third waits.
    scheduler.enqueue(lanes[6]!)
    for (const lane of lanes.slice(0, 5)) scheduler.enqueue(lane)
    while (started.length < 6 || lanes[4]!.state === 'running') await sleep(1)
    lanes[7]!.hurry = true
    scheduler.enqueue(lanes[7]!, true)
    scheduler.enqueue(lanes[8]!)
    assert.deepEqual([lanes[7]!.state, lanes[8]!.state], ['running', 'parked'])
    clock.pass(2_000)
    // The timer of the pause has had its turn, and others too.
    await sleep(50)
    assert.equal(lanes[8]!.state, 'parked')
    ends.get(lanes[7]!)!()
    while (!started.includes(lanes[8]!)) await sleep(1)
    for (const end of ends.values()) end()
    await scheduler.stop()
  })
})
