import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { learnLids } from '../lid-mapping-store.ts'
import { type MarkRow, MarkStore } from '../mark-store.ts'
import { MessageStore } from '../message-store.ts'
import { ReceiptStore } from '../receipt-store.ts'
import { insertSampleDevice, sampleMessage } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const chat = '4917012345678@s.whatsapp.net'
const lid = '998877@lid'

class Newer extends Error {}
const newer = () => new Newer()

/** What the mark store promises on every database. */
export const markStoreContract = (open: OpenTestDatabase): void => {
  const prepare = async () => {
    const database = await open()
    const { deviceId } = await insertSampleDevice(database)
    const store = new MarkStore(database)
    const row = (change: Partial<MarkRow> = {}): MarkRow => ({
      ...{ device_id: deviceId, chat, message_id: 'A', kind: 'reaction', sender: chat, id: 'R1', value: '👍', at: 5 },
      ...change,
    })
    const put = (change: Partial<MarkRow>) => database.commit([store.put(row(change), newer)])
    const known = async (chats: readonly string[] = [chat]) =>
      (await store.find(deviceId, chats, ['A', 'B'])).map((mark) => [mark.sender, mark.kind, mark.id, mark.value])
    return { database, deviceId, store, put, known }
  }

  describe('mark store', () => {
    it('keeps the newest that each person said of each kind', async () => {
      const { put, known } = await prepare()
      await put({})
      await put({ id: 'R2', value: '❤️', at: 7 })
      await assert.rejects(put({ id: 'R3', value: '😮', at: 6 }), Newer)
      await assert.rejects(put({ id: 'R2', value: '❤️', at: 8 }), Newer)
      await put({ kind: 'edit', id: 'E1', value: 'v2', at: 8 })
      await put({ sender: 'cid', at: 9 })
      assert.deepEqual(await known(), [
        [chat, 'reaction', 'R2', '❤️'],
        [chat, 'edit', 'E1', 'v2'],
        ['cid', 'reaction', 'R1', '👍'],
      ])
    })

    it('keeps chats, messages and devices apart', async () => {
      const { database, store, put, known } = await prepare()
      const other = await insertSampleDevice(database)
      await put({ chat: 'elsewhere' })
      await put({ message_id: 'C' })
      assert.deepEqual(await known(), [])
      assert.deepEqual(await store.find(other.deviceId, [chat], ['C']), [])
    })

    it('drops kinds, or what came from one person', async () => {
      const { database, deviceId, store, put, known } = await prepare()
      await put({})
      await put({ kind: 'pin', sender: '' })
      await put({ sender: 'cid' })
      await database.commit([store.drop(deviceId, chat, 'A', { kinds: ['reaction'], sender: 'cid' })])
      assert.deepEqual((await known()).map(([sender]) => sender).sort(), ['', chat])
      await database.commit([store.drop(deviceId, chat, 'A', { kinds: ['reaction', 'edit'] })])
      assert.deepEqual(await known(), [['', 'pin', 'R1', '👍']])
    })

    it('tells whether anything at all is known of a message', async () => {
      const { database, deviceId, store, put } = await prepare()
      const isUnheardOf = (id: string) =>
        database.commit([store.unheardOf(deviceId, chat, id, newer)]).then(
          () => true,
          (error) => {
            assert.ok(error instanceof Newer)
            return false
          },
        )
      await put({ message_id: 'marked' })
      await database.commit([
        new MessageStore(database).insert(sampleMessage(deviceId, { id: 'stored', chat }), 1, newer),
        new ReceiptStore(database).note('read', { deviceId, chat, messageId: 'read', person: chat, at: 1 }),
      ])
      const known = await Promise.all(['marked', 'stored', 'read', 'new'].map(isUnheardOf))
      assert.deepEqual(known, [false, false, false, true])
    })

    it('files what was said under a LID with the number, and keeps the newest of each person', async () => {
      const { database, deviceId, put, known } = await prepare()
      await put({ chat: lid, sender: lid, id: 'R1', at: 5 })
      await put({ chat: lid, sender: chat, id: 'R2', value: '❤️', at: 7 })
      await put({ chat: lid, message_id: 'B', sender: lid, id: 'R3', at: 7 })
      await put({ chat, message_id: 'B', sender: chat, id: 'R4', at: 6 })
      await database.commit(learnLids(database, deviceId, [{ lid, jid: chat }]))
      await database.commit(learnLids(database, deviceId, [{ lid, jid: chat }]))
      assert.deepEqual((await known([chat, lid])).map(([, , id]) => id).sort(), ['R2', 'R3'])
    })
  })
}
