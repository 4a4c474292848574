import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { learnLids } from '../lid-mapping-store.ts'
import { type ReceiptState, ReceiptStore } from '../receipt-store.ts'
import { insertSampleDevice } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const chat = '4917012345678@s.whatsapp.net'
const lid = '998877@lid'

/** What the receipt store promises on every database. */
export const receiptStoreContract = (open: OpenTestDatabase): void => {
  const prepare = async () => {
    const database = await open()
    const { deviceId } = await insertSampleDevice(database)
    const store = new ReceiptStore(database)
    const note = (state: ReceiptState, at: number, change: { chat?: string; person?: string } = {}) =>
      database.commit([store.note(state, { deviceId, chat, messageId: 'A', person: chat, at, ...change })])
    const known = async (chats: readonly string[] = [chat]) =>
      (await store.find(deviceId, chats, ['A', 'B'])).map((row) => [
        row.person,
        row.delivered_at,
        row.read_at,
        row.played_at,
      ])
    return { database, deviceId, store, note, known }
  }

  describe('receipt store', () => {
    it('keeps for each person when a message first came how far', async () => {
      const { note, known } = await prepare()
      await note('read', 7)
      await note('delivered', 8)
      await note('read', 9)
      await note('delivered', 5, { person: 'cid' })
      assert.deepEqual((await known()).sort(), [
        [chat, 8, 7, null],
        ['cid', 5, null, null],
      ])
    })

    it('keeps chats and devices apart', async () => {
      const { database, store, note, known } = await prepare()
      const other = await insertSampleDevice(database)
      await note('read', 7, { chat: 'elsewhere' })
      assert.deepEqual(await known(), [])
      assert.deepEqual(await store.find(other.deviceId, ['elsewhere'], ['A']), [])
    })

    it('files what was noted under a LID with the number', async () => {
      const { database, deviceId, note, known } = await prepare()
      await note('delivered', 5, { chat: lid, person: lid })
      await note('read', 9, { chat: lid, person: chat })
      await note('delivered', 7)
      await database.commit(learnLids(database, deviceId, [{ lid, jid: chat }]))
      await database.commit(learnLids(database, deviceId, [{ lid, jid: chat }]))
      assert.deepEqual(await known([chat, lid]), [[chat, 7, 9, null]])
    })
  })
}
