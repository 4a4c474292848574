import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import { silentLogger } from '@switchboard/engine'
import { ErasureStore } from '../storage/erasure-store.ts'
import { insertSampleDevice } from '../storage/testing/sample-rows.ts'
import { withDatabases } from '../storage/testing/with-databases.ts'
import { TestClock } from '../testing/test-clock.ts'
import { RunErasures } from './run-erasures.ts'

describe('erasures that fail', () => {
  withDatabases((open) => {
    it('are tried again ever more seldom, and no other one waits for them', async (test) => {
      const database = await open()
      const { apiKeyId, deviceId } = await insertSampleDevice(database)
      const store = new ErasureStore(database)
      const ask = async (): Promise<string> => {
        const id = randomUUID()
        const about = {
          kind: 'contact',
          apiKeyId,
          deviceId,
          subject: null,
          subjectHash: null,
          otherHashes: [],
        } as const
        await database.commit([store.insert({ id, ...about, requestId: id, askedBy: 'test', createdAt: Date.now() })])
        return id
      }
      const clock = new TestClock({ stands: true })
      const attempts: string[] = []
      let isBroken = true
      const failing = await ask()
      const run = async ({ id }: { id: string }): Promise<[]> => {
        attempts.push(id)
        if (id === failing && isBroken) throw new Error('the disk is away')
        await database.commit([store.note({ id }, {}, clock.now(), { state: 'cleaning', subject: null })])
        return []
      }
      const erasures = new RunErasures({
        database,
        clock,
        logger: silentLogger,
        eraser: async () => ({ run }) as never,
        cluster: { own: new Set([deviceId]), node: undefined } as never,
        devices: { apiKeyOf: () => apiKeyId },
        stopping: new AbortController(),
      })
      test.after(() => erasures.stop())
      /** How often it is tried when somebody looks every five seconds. */
      const triesIn = async (seconds: number): Promise<number> => {
        const before = attempts.length
        for (let second = 0; second < seconds; second += 5) {
          clock.pass(5000)
          await erasures.wake()
        }
        return attempts.length - before
      }
      await erasures.wake()
      assert.equal(attempts.length, 1)
      assert.equal(await triesIn(60), 2, 'after about 10 s and 20 s more')
      assert.ok((await triesIn(3600)) <= 10, 'in an hour')
      const other = await ask()
      await erasures.wake()
      assert.equal((await store.ofRequest(other))[0]?.state, 'done')
      isBroken = false
      await triesIn(1200)
      assert.equal((await store.ofRequest(failing))[0]?.state, 'done')
    })
  })
})
