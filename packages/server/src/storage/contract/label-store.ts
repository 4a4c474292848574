import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LabelStore } from '../label-store.ts'
import { learnLids } from '../lid-mapping-store.ts'
import { insertSampleDevice } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const [jid, lid] = ['4917012345678@s.whatsapp.net', '77@lid']

/** What the label store promises on every database. */
export const labelStoreContract = (open: OpenTestDatabase): void => {
  const prepare = async () => {
    const database = await open()
    const { deviceId } = await insertSampleDevice(database)
    return { database, deviceId, store: new LabelStore(database) }
  }

  describe('LabelStore', () => {
    it('keeps labels, and what has them', async () => {
      const { database, deviceId, store } = await prepare()
      const four = { id: '4', name: 'Customers', color: 3 }
      await database.commit([
        store.save(deviceId, four, 1),
        store.save(deviceId, { ...four, name: 'Buyers' }, 2),
        store.setOnChat(deviceId, '4', jid, true),
        store.setOnChat(deviceId, '4', jid, true),
        store.setOnMessage(deviceId, '4', jid, 'M1', true),
      ])
      assert.deepEqual(await store.list(deviceId), [{ ...four, name: 'Buyers' }])
      assert.deepEqual([...(await store.ofChats(deviceId, [jid, lid]))], [[jid, ['4']]])
      assert.deepEqual(await store.chats(deviceId, '4', { limit: 5 }), [jid])
      assert.deepEqual(await store.messages(deviceId, '4', { limit: 5 }), [{ chat: jid, id: 'M1' }])
      await database.commit([
        store.setOnChat(deviceId, '4', jid, false),
        store.setOnMessage(deviceId, '4', jid, 'M1', false),
      ])
      assert.deepEqual(await store.chats(deviceId, '4', { limit: 5 }), [])
      assert.deepEqual(await store.messages(deviceId, '4', { limit: 5 }), [])
    })

    it('gives messages of a label page by page', async () => {
      const { database, deviceId, store } = await prepare()
      const places = [
        { chat: '4917000000001@s.whatsapp.net', id: 'B' },
        { chat: '4917000000002@s.whatsapp.net', id: 'A' },
        { chat: '4917000000002@s.whatsapp.net', id: 'C' },
      ]
      await database.commit(places.map(({ chat, id }) => store.setOnMessage(deviceId, '4', chat, id, true)))
      assert.deepEqual(await store.messages(deviceId, '4', { limit: 2 }), places.slice(0, 2))
      assert.deepEqual(await store.messages(deviceId, '4', { after: places[0]!, limit: 2 }), places.slice(1))
      assert.deepEqual(await store.messages(deviceId, '4', { after: places[2]!, limit: 2 }), [])
    })

    it('takes deleted labels off everything, and keeps their ids', async () => {
      const { database, deviceId, store } = await prepare()
      const label = { id: '4', name: 'Customers', color: 3 }
      await database.commit([store.save(deviceId, label, 1), store.setOnChat(deviceId, '4', jid, true)])
      await database.commit(store.delete(deviceId, label, 2))
      assert.deepEqual([await store.list(deviceId), await store.find(deviceId, '4')], [[], undefined])
      assert.deepEqual(await store.ids(deviceId), ['4'])
      assert.deepEqual(await store.chats(deviceId, '4', { limit: 5 }), [])
    })

    it('files what has a label under the number when that becomes known', async () => {
      const { database, deviceId, store } = await prepare()
      await database.commit([
        store.setOnChat(deviceId, '4', lid, true),
        store.setOnMessage(deviceId, '4', lid, 'M1', true),
      ])
      await database.commit(learnLids(database, deviceId, [{ lid, jid }]))
      assert.deepEqual(await store.chats(deviceId, '4', { limit: 5 }), [jid])
      assert.deepEqual(await store.messages(deviceId, '4', { limit: 5 }), [{ chat: jid, id: 'M1' }])
    })

    it('knows nothing of other devices', async () => {
      const { database, deviceId, store } = await prepare()
      const other = await insertSampleDevice(database)
      await database.commit([store.save(other.deviceId, { id: '1', name: 'Theirs', color: 0 }, 1)])
      assert.deepEqual(await store.list(deviceId), [])
      await database.commit(store.clear(other.deviceId))
      assert.deepEqual(await store.ids(other.deviceId), [])
    })
  })
}
