import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Database } from '../storage/database.ts'
import { noCounts, SafetyStore } from '../storage/safety-store.ts'
import { insertSampleDevice } from '../storage/testing/sample-rows.ts'
import { withDatabases } from '../storage/testing/with-databases.ts'
import { TestClock } from '../testing/test-clock.ts'
import { dayMs } from './safety-score.ts'
import { SafetyTally } from './safety-tally.ts'

/** A database in which commits wait until they are let through, or fail. */
const held = (database: Database) => {
  const waiting: ((error?: Error) => void)[] = []
  const slow: Database = Object.create(database, {
    commit: {
      value: (...unit: Parameters<Database['commit']>) =>
        new Promise((resolve, reject) => {
          waiting.push((error) => (error ? reject(error) : resolve(database.commit(...unit))))
        }),
    },
  })
  return { slow, waiting }
}

describe('the tally of sends', () => {
  withDatabases((open) => {
    const story = async () => {
      const database = await open()
      const { deviceId } = await insertSampleDevice(database)
      const clock = new TestClock({ stands: true })
      const { slow, waiting } = held(database)
      const tally = new SafetyTally({ database: slow, sessions: { fence: () => [] }, clock })
      const store = new SafetyStore(database)
      const { today } = tally
      const stored = async () => (await store.days(deviceId, today - 8)).get(today)?.sent ?? 0
      const seen = async () => (await tally.days(deviceId)).get(today)?.sent ?? 0
      const turn = () => new Promise((resolve) => setTimeout(resolve, 20))
      return { deviceId, clock, waiting, tally, store, today, stored, seen, turn }
    }

    it('shows everything once while it is being stored, also when that is asked for twice', async () => {
      const { deviceId, waiting, tally, stored, seen, turn } = await story()
      tally.add(deviceId, { sent: 2 })
      const flushes = [tally.flush(deviceId), tally.flush(deviceId)]
      await turn()
      tally.add(deviceId, { sent: 1 })
      const during = seen()
      await turn()
      waiting.shift()!()
      await turn()
      waiting.shift()!()
      await Promise.all(flushes)
      assert.deepEqual([await during, await seen(), await stored()], [3, 3, 3])
      assert.equal(waiting.length, 0)
    })

    it('keeps what could not be stored', async () => {
      const { deviceId, waiting, tally, stored, seen, turn } = await story()
      tally.add(deviceId, { sent: 2 })
      const failing = tally.flush(deviceId)
      await turn()
      tally.add(deviceId, { sent: 1 })
      waiting.shift()!(new Error('the disk is full'))
      await assert.rejects(failing, /disk is full/)
      assert.deepEqual([await seen(), await stored()], [3, 0])
      const again = tally.flush(deviceId)
      await turn()
      waiting.shift()!()
      await again
      assert.deepEqual([await seen(), await stored()], [3, 3])
    })

    it('forgets a device that another process has, also one that is being stored', async () => {
      const { deviceId, waiting, tally, seen, turn } = await story()
      tally.add(deviceId, { sent: 2 })
      const failing = tally.flush(deviceId)
      await turn()
      tally.drop(deviceId)
      waiting.shift()!(new Error('the lease is another node’s'))
      await assert.rejects(failing, /lease/)
      assert.deepEqual([tally.devices, await seen()], [[], 0])
    })

    it('counts what arrives for the day on which it was sent', async () => {
      const { deviceId, clock, tally, today } = await story()
      const sentAt = clock.now()
      tally.add(deviceId, { sent: 2, to_people: 2 })
      clock.pass(dayMs)
      tally.delivered(deviceId, [sentAt, sentAt, sentAt - 30 * dayMs])
      const days = await tally.days(deviceId)
      assert.deepEqual(days.get(today), { ...noCounts, sent: 2, to_people: 2, delivered: 2 })
      assert.equal(days.size, 1)
    })
  })
})
