import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MediaFileStore } from '../media-file-store.ts'
import { type ProposalRow, ProposalStore } from '../proposal-store.ts'
import { insertSampleDevice } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

class Late extends Error {}
const late = () => new Late()

/** What the `proposal` table promises on every database. */
export const proposalStoreContract = (open: OpenTestDatabase): void => {
  const prepare = async () => {
    const database = await open()
    const { deviceId } = await insertSampleDevice(database)
    const store = new ProposalStore(database)
    const add = (id: string, change: Partial<ProposalRow> = {}) =>
      database.commit([
        store.insert({
          ...{ id: `${deviceId} ${id}`, device_id: deviceId, message_id: `M${id}`, holder: `device:${deviceId}` },
          ...{ chat: '4917012345678@s.whatsapp.net', body: new Uint8Array([1, 2]), options: '{}', media_id: null },
          ...{ state: 'pending', decided_by: null, decided_at: null, created_at: 100, expires_at: 1_000, ...change },
        }),
      ])
    const find = (id: string) => store.find(deviceId, `${deviceId} ${id}`)
    const decide = (id: string, state: 'approved' | 'rejected', at = 500) =>
      database.commit([store.decide(deviceId, `${deviceId} ${id}`, { state, by: 'admin', at }, late)])
    return { database, deviceId, store, add, find, decide }
  }

  describe('ProposalStore', () => {
    it('decides once, and not after the time is over', async () => {
      const { add, find, decide } = await prepare()
      await add('a')
      await decide('a', 'approved')
      await assert.rejects(decide('a', 'rejected'), Late)
      const row = await find('a')
      assert.deepEqual([row?.state, row?.decided_by, Number(row?.decided_at)], ['approved', 'admin', 500])
      await add('b')
      await assert.rejects(decide('b', 'approved', 1_000), Late)
      await add('c')
      await decide('c', 'rejected')
      assert.deepEqual([(await find('c'))?.body, (await find('a'))?.body?.length], [null, 2])
    })

    it('has one proposal for a message', async () => {
      const { deviceId, store, add } = await prepare()
      await add('a')
      await assert.rejects(add('b', { message_id: 'Ma' }))
      assert.equal((await store.ofMessage(deviceId, 'Ma'))?.id, `${deviceId} a`)
      assert.equal(await store.ofMessage(deviceId, 'none'), undefined)
    })

    it('lists the newest first, by state as it is now', async () => {
      const { deviceId, store, add, decide } = await prepare()
      await add('a', { created_at: 100 })
      await add('b', { created_at: 300 })
      await add('c', { created_at: 200, expires_at: 400 })
      await decide('b', 'approved', 350)
      const ids = async (page: Partial<Parameters<ProposalStore['list']>[1]>) =>
        (await store.list(deviceId, { now: 500, limit: 10, ...page })).map(({ id }) => id.slice(-1))
      assert.deepEqual(await ids({}), ['b', 'c', 'a'])
      assert.deepEqual(await ids({ limit: 1, after: { createdAt: 300, id: `${deviceId} b` } }), ['c'])
      assert.deepEqual(await ids({ state: 'pending' }), ['a'])
      assert.deepEqual(await ids({ state: 'expired' }), ['c'])
      assert.deepEqual(await ids({ state: 'approved' }), ['b'])
      assert.equal(await store.countPending(deviceId, 500), 1)
    })

    it('forgets what has expired, and later that it was there', async () => {
      const { store, add, find, decide } = await prepare()
      await add('a')
      await add('b', { expires_at: 3_000 })
      await add('c')
      await decide('c', 'approved')
      await store.upkeep(2_000, 500)
      assert.deepEqual([(await find('a'))?.state, (await find('a'))?.body], ['expired', null])
      assert.equal((await find('b'))?.state, 'pending')
      await store.upkeep(2_000, 1_001)
      assert.deepEqual([await find('a'), await find('c')], [undefined, undefined])
      assert.equal((await find('b'))?.state, 'pending')
    })

    it('keeps the file of what waits', async () => {
      const { database, deviceId, add, decide } = await prepare()
      const files = new MediaFileStore(database)
      const file = { device_id: deviceId, source_id: null, form: 'document', facts: '{}', bytes: 3, uploaded: null }
      for (const id of ['med_1', 'med_2']) {
        await database.commit([files.insert({ ...file, id: `${id} ${deviceId}`, created_at: 1, expires_at: 1 })])
        await add(id, { media_id: `${id} ${deviceId}` })
      }
      await decide('med_2', 'rejected')
      const done = (await files.done(5, 1_000)).filter((row) => row.device_id === deviceId).map(({ id }) => id)
      assert.deepEqual(done, [`med_2 ${deviceId}`])
    })
  })
}
