import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Intent, IntentStore } from '../intent-store.ts'
import { insertSampleDevice, unlimited } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

class Gone extends Error {}
const gone = () => new Gone()

/** What the store of unfinished sends promises on every database. */
export const intentStoreContract = (open: OpenTestDatabase): void => {
  const prepare = async () => {
    const database = await open()
    const { deviceId } = await insertSampleDevice(database)
    const store = new IntentStore(database)
    const add = (id: string, change: Partial<Intent> = {}) =>
      database.commit([
        store.insert({
          device_id: deviceId,
          message_id: id,
          chat: '4917012345678@s.whatsapp.net',
          body: new Uint8Array([1]),
          state: 'queued',
          options: '{}',
          not_before: 0,
          created_at: 100,
          prepared_at: null,
          media_id: null,
          ...unlimited,
          ...change,
        }),
      ])
    const list = async () => (await store.ofDevice(deviceId)).map((each) => [each.message_id, each.state])
    return { database, deviceId, store, add, list }
  }

  describe('intent store', () => {
    it('lists the unfinished sends of a device, oldest first', async () => {
      const { add, list } = await prepare()
      await add('B', { created_at: 200 })
      await add('A', { created_at: 300, state: 'prepared', prepared_at: 300 })
      await add('C', { created_at: 100 })
      assert.deepEqual(await list(), [
        ['C', 'queued'],
        ['B', 'queued'],
        ['A', 'prepared'],
      ])
    })

    it('keeps sends for later out of what is sent now, until they are due', async () => {
      const { add, database, deviceId, list, store } = await prepare()
      await add('later', { state: 'scheduled', not_before: 900 })
      await add('soon', { state: 'scheduled', not_before: 500 })
      await add('now', { not_before: 100 })
      assert.deepEqual(await list(), [['now', 'queued']])
      assert.equal((await store.ofDevice(deviceId, { scheduled: true })).length, 3)
      assert.deepEqual([await store.nextDue(), (await store.due(499, 10)).length], [500, 0])
      const states = ['scheduled', 'queued'] as const
      const page = await store.waiting(deviceId, { states, limit: 2 })
      assert.deepEqual(
        page.map(({ message_id }) => message_id),
        ['now', 'soon'],
      )
      const rest = await store.waiting(deviceId, { states, after: { at: 500, createdAt: 100, id: 'soon' }, limit: 2 })
      assert.deepEqual(
        rest.map(({ message_id }) => message_id),
        ['later'],
      )
      const [first] = await store.due(900, 1)
      const [second] = await store.due(900, 1, first)
      assert.deepEqual([first?.message_id, second?.message_id], ['soon', 'later'])
      assert.deepEqual(await store.due(900, 1, second), [])
      await database.commit([store.putOff(deviceId, 'soon', 700, gone)])
      const [due] = await store.due(700, 10)
      await assert.rejects(database.commit([store.release({ ...due!, not_before: 500 }, 710, gone)]), Gone)
      await database.commit([store.release(due!, 710, gone)])
      assert.deepEqual(await list(), [
        ['now', 'queued'],
        ['soon', 'queued'],
      ])
      await assert.rejects(database.commit([store.putOff(deviceId, 'soon', 800, gone)]), Gone)
      assert.equal(await store.nextDue(), 900)
    })

    it('lists them page by page, and counts them', async () => {
      const { add, deviceId, store } = await prepare()
      for (const id of ['A', 'B', 'C', 'D']) await add(id, { created_at: id === 'D' ? 50 : 100 })
      const first = await store.ofDevice(deviceId, { limit: 2 })
      const rest = await store.ofDevice(deviceId, { after: first[1], limit: 5 })
      assert.deepEqual(
        [first, rest].map((page) => page.map((each) => each.message_id)),
        [
          ['D', 'A'],
          ['B', 'C'],
        ],
      )
      assert.equal(await store.count(deviceId), 4)
    })

    it('names the devices that have some, and whether their link may still be there', async () => {
      const { add, database, deviceId, store } = await prepare()
      const own = async () => (await store.devices()).filter((each) => each.deviceId === deviceId)
      assert.deepEqual(await own(), [])
      await add('A', { created_at: 300 })
      await add('B', { created_at: 200 })
      assert.deepEqual(await own(), [{ deviceId, newestAt: 300, linked: true }])
      const end = database.query.updateTable('device').set({ status: 'logged_out' }).where('id', '=', deviceId)
      await database.commit([{ query: end.compile() }])
      assert.deepEqual(await own(), [{ deviceId, newestAt: 300, linked: false }])
    })

    it('lets a send be prepared once, and not after it was cancelled', async () => {
      const { database, deviceId, store, add, list } = await prepare()
      await add('A')
      await database.commit([store.prepare(deviceId, 'A', 5, gone)])
      await assert.rejects(database.commit([store.prepare(deviceId, 'A', 6, gone)]), Gone)
      await assert.rejects(database.commit([store.cancel(deviceId, 'A', gone)]), Gone)
      assert.deepEqual(await list(), [['A', 'prepared']])
      await add('B')
      await database.commit([store.cancel(deviceId, 'B', gone)])
      await assert.rejects(database.commit([store.prepare(deviceId, 'B', 6, gone)]), Gone)
    })

    it('puts a send back, and ends it', async () => {
      const { database, deviceId, store, add, list } = await prepare()
      await add('A', { state: 'prepared', prepared_at: 5 })
      await database.commit([store.requeue(deviceId, 'A', 9)])
      assert.deepEqual(await list(), [['A', 'queued']])
      await database.commit([store.end(deviceId, 'A')])
      assert.deepEqual(await list(), [])
    })

    it('lets a receipt end only what may have left', async () => {
      const { database, deviceId, store, add, list } = await prepare()
      await add('A')
      await add('B', { state: 'prepared', prepared_at: 5 })
      await database.commit([store.endProven(deviceId, 'A'), store.endProven(deviceId, 'B')])
      assert.deepEqual(await list(), [['A', 'queued']])
    })

    it('finds what waited too long, of every device', async () => {
      const { add, store } = await prepare()
      await add('old', { created_at: 10 })
      await add('new', { created_at: 90 })
      await add('unsure', { created_at: 10, state: 'prepared', prepared_at: 70 })
      await add('just left', { created_at: 10, state: 'prepared', prepared_at: 95 })
      const found = await store.overdue(50, 80, 10)
      assert.deepEqual(found.map((each) => each.message_id).sort(), ['old', 'unsure'])
    })
  })
}
