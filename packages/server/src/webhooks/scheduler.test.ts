import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../clock.ts'
import { Lane } from './lane.ts'
import { Scheduler, type Turn } from './scheduler.ts'

const limits = { total: 4, perTenant: 4, perEndpoint: 4 }

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
          return { turn: { kind } satisfies Turn, reached: false }
        },
        // As one that still has work would.
        idle: (lane) => scheduler.enqueue(lane),
      })
      scheduler.enqueue(new Lane(1, 'device', 1, 'https://example.com'))
      while (turns < 3) await sleep(1)
      await scheduler.stop()
    })
  }
})
