import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ActStore } from '../act-store.ts'
import { deleteDevice } from '../device-store.ts'
import { insertSampleDevice } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

/** What the ledger of acts promises on every database. */
export const actStoreContract = (open: OpenTestDatabase): void => {
  const prepare = async () => {
    const database = await open()
    const { deviceId } = await insertSampleDevice(database)
    const store = new ActStore(database)
    const begin = (key: string, at: number) => database.commit([store.begin(deviceId, key, 'groups.create', at)])
    return { database, deviceId, store, begin }
  }

  describe('act store', () => {
    it('tells what was begun, what it noted, and that it is done', async () => {
      const { database, deviceId, store, begin } = await prepare()
      assert.equal(await store.find(deviceId, 'one', 0), undefined)
      await begin('one', 1_000)
      assert.deepEqual(await store.find(deviceId, 'one', 0), { state: 'begun', note: null, begunAt: 1_000 })
      await database.commit([store.note(deviceId, 'one', '{"jid":"1@g.us"}')])
      await database.commit([store.done(deviceId, 'one')])
      const done = { state: 'done', note: '{"jid":"1@g.us"}', begunAt: 1_000 }
      assert.deepEqual(await store.find(deviceId, 'one', 0), done)
    })

    it('keeps devices and keys apart', async () => {
      const { database, deviceId, store, begin } = await prepare()
      const other = await insertSampleDevice(database)
      await begin('one', 1_000)
      assert.equal(await store.find(other.deviceId, 'one', 0), undefined)
      assert.equal(await store.find(deviceId, 'two', 0), undefined)
    })

    it('forgets what an earlier use of a key left', async () => {
      const { database, deviceId, store, begin } = await prepare()
      await begin('one', 1_000)
      await database.commit([store.note(deviceId, 'one', '1')])
      assert.equal(await store.find(deviceId, 'one', 2_000), undefined)
      await begin('one', 2_000)
      assert.deepEqual(await store.find(deviceId, 'one', 2_000), { state: 'begun', note: null, begunAt: 2_000 })
    })

    it('undoes what did nothing, and keeps what noted something', async () => {
      const { database, deviceId, store, begin } = await prepare()
      await begin('nothing', 1_000)
      await begin('something', 1_000)
      await database.commit([store.note(deviceId, 'something', '1')])
      await database.commit([store.undo(deviceId, 'nothing'), store.undo(deviceId, 'something')])
      assert.equal(await store.find(deviceId, 'nothing', 0), undefined)
      assert.equal((await store.find(deviceId, 'something', 0))?.state, 'begun')
    })

    it('is pruned by age, and ends with its device', async () => {
      const { database, deviceId, store, begin } = await prepare()
      await begin('old', 1_000)
      await begin('new', 2_000)
      await store.purge(2_000)
      assert.equal(await store.find(deviceId, 'old', 0), undefined)
      assert.ok(await store.find(deviceId, 'new', 0))
      await database.commit(deleteDevice(database, deviceId, () => new Error('no device')))
      assert.deepEqual(await database.query.selectFrom('act').selectAll().execute(), [])
    })
  })
}
