import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { KeptFileStore } from '../kept-file-store.ts'
import { learnLids } from '../lid-mapping-store.ts'
import { MediaPolicyStore } from '../media-policy-store.ts'
import { MessageMediaStore } from '../message-media-store.ts'
import { MessageStore } from '../message-store.ts'
import { insertSampleDevice, sampleMessage } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const chat = '4917012345678@s.whatsapp.net'
const lid = '998877@lid'
const sha256 = 'ab'.repeat(32)

/** What the stores of files promise on every database. */
export const messageMediaStoreContract = (open: OpenTestDatabase): void => {
  const prepare = async () => {
    const database = await open()
    const { deviceId } = await insertSampleDevice(database)
    const media = new MessageMediaStore(database)
    const place = (messageId: string, change: { chat?: string } = {}) => {
      return { id: `med_${change.chat ?? ''}${messageId}`, deviceId, chat, messageId, ...change }
    }
    return { database, deviceId, media, files: new KeptFileStore(database), place }
  }

  describe('message media store', () => {
    it('knows a file once, and keeps what happened to it', async () => {
      const { database, deviceId, media, place } = await prepare()
      await database.commit(media.insert([{ ...place('A'), dueAt: 5 }], 1))
      await database.commit(media.change(place('A'), { state: 'stored', sha256, size: 7, stored_at: 9 }, 2))
      await database.commit(media.insert([{ ...place('A'), dueAt: null }], 3))
      const [row] = await media.find(deviceId, [chat], ['A', 'B'])
      assert.deepEqual([row?.state, row?.sha256, row?.size, row?.due_at], ['stored', sha256, 7, 5])
      assert.equal((await media.byId('med_A'))?.message_id, 'A')
      await database.commit(media.change(place('B'), { state: 'expired', asked_at: 4 }, 4))
      assert.equal((await media.byId('med_B'))?.state, 'expired', 'what has no row gets one')
    })

    it('tells what is due, the longest first, and settles it as it was read', async () => {
      const { database, deviceId, media, place } = await prepare()
      for (const [id, dueAt] of [
        ['A', 20],
        ['B', 10],
        ['C', 99],
        ['D', null],
      ] as const) {
        await database.commit(media.insert([{ ...place(id), dueAt }], 1))
      }
      const due = await media.due(deviceId, 50, 10)
      assert.deepEqual(
        due.map((row) => row.message_id),
        ['B', 'A'],
      )
      assert.deepEqual([await media.devicesWithDue(50), await media.devicesWithDue(5)], [[deviceId], []])
      await database.commit(media.change(place('B'), { due_at: 60 }, 2))
      await database.commit(due.map((row) => media.settle(row, { due_at: null }, 3)))
      assert.deepEqual(
        (await media.due(deviceId, 99, 10)).map((row) => row.message_id),
        ['B', 'C'],
      )
    })

    it('follows its chat to another address, and stays one', async () => {
      const { database, deviceId, media, place } = await prepare()
      await database.commit(
        media.insert(
          [
            { ...place('A', { chat: lid }), dueAt: null },
            { ...place('B'), dueAt: null },
          ],
          1,
        ),
      )
      await database.commit(media.insert([{ ...place('B', { chat: lid }), dueAt: null }], 1))
      await database.commit(learnLids(database, deviceId, [{ lid, jid: chat }]))
      const rows = await media.find(deviceId, [chat, lid], ['A', 'B'])
      assert.deepEqual(
        rows.map((row) => [row.chat, row.id]).sort(),
        [
          [chat, `med_${lid}A`],
          [chat, 'med_B'],
        ].sort(),
      )
    })

    it('lets go of what is old, and forgets what was deleted', async () => {
      const { database, deviceId, media, place } = await prepare()
      const messages = new MessageStore(database)
      const exists = () => new Error('exists')
      for (const [id, body] of [
        ['A', Buffer.from('x')],
        ['B', null],
      ] as const) {
        await database.commit([messages.insert(sampleMessage(deviceId, { id, chat, body }), 1, exists)])
        await database.commit(media.change(place(id), { state: 'stored', sha256, size: 1, stored_at: 10 }, 1))
      }
      await database.commit(media.insert([{ ...place('C'), dueAt: null }], 1))
      assert.equal(await media.forgetDeleted(10), 2)
      assert.equal(await media.release(10, 10, 2), 0)
      assert.equal(await media.release(11, 10, 2), 1)
      const [row] = await media.find(deviceId, [chat], ['A', 'B', 'C'])
      assert.deepEqual([row?.message_id, row?.state, row?.sha256], ['A', 'remote', null])
    })

    it('counts what an API key keeps, and finds what no message has', async () => {
      const { database, deviceId, media, files, place } = await prepare()
      const apiKeyId = (await files.apiKeyOf(deviceId))!
      const [used, unused] = [
        { apiKeyId, sha256 },
        { apiKeyId, sha256: 'cd'.repeat(32) },
      ]
      await database.commit([files.insert(used, 7, 1), files.insert(unused, 5, 1), files.insert(unused, 5, 2)])
      await database.commit(media.change(place('A'), { state: 'stored', sha256, size: 7, stored_at: 1 }, 1))
      assert.equal(await files.bytesOf(apiKeyId), 12)
      assert.deepEqual(await files.unused(3, 10), [unused])
      assert.deepEqual(await files.unused(2, 10), [], 'it may be about to get its message')
      assert.deepEqual([await files.isUnused(unused, 3), await files.isUnused(used, 3)], [true, false])
      const gone = () => new Error('gone')
      await database.commit([files.holds(unused, gone)])
      await database.commit([files.remove(unused)])
      await assert.rejects(database.commit([files.holds(unused, gone)]), /gone/)
    })

    it('keeps the policy of each device', async () => {
      const { database, deviceId } = await prepare()
      const policies = new MediaPolicyStore(database)
      const row = { device_id: deviceId, mode: 'auto' as const, types: '["image"]', max_bytes: 5, updated_at: 1 }
      await database.commit([policies.put(row)])
      await database.commit([policies.put({ ...row, max_bytes: 6 })])
      assert.deepEqual(
        (await policies.all()).map(({ max_bytes }) => Number(max_bytes)),
        [6],
      )
      await database.commit([policies.remove(deviceId)])
      assert.deepEqual(await policies.all(), [])
    })
  })
}
