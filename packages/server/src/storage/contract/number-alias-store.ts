import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MessageStore } from '../message-store.ts'
import { findNumbers, forgetNumbersOf, learnNumbers } from '../number-alias-store.ts'
import { ReceiptStore } from '../receipt-store.ts'
import { insertSampleDevice, sampleMessage } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const number = '5511988887777@s.whatsapp.net'
const jid = '551188887777@s.whatsapp.net'

/** What the store of numbers promises on every database. */
export const numberAliasStoreContract = (open: OpenTestDatabase): void => {
  const prepare = async () => {
    const database = await open()
    const { deviceId } = await insertSampleDevice(database)
    return {
      database,
      deviceId,
      find: async (device: string) => (await findNumbers(database, device, [number, jid]))[0]?.jid,
      learn: (at = 1) => database.commit(learnNumbers(database, deviceId, [{ number, jid }], at)),
    }
  }

  describe('numbers', () => {
    it('lead to the address that was learnt last, of one device alone', async () => {
      const { database, deviceId, find, learn } = await prepare()
      const other = await insertSampleDevice(database)
      assert.equal(await find(deviceId), undefined)
      await learn()
      await learn(2)
      assert.equal(await find(deviceId), jid)
      assert.equal(await find(other.deviceId), undefined)
      await database.commit(learnNumbers(database, deviceId, [{ number, jid: number }], 3))
      assert.equal(await find(deviceId), number)
    })

    it('are forgotten with the address to which they led', async () => {
      const { database, deviceId, find, learn } = await prepare()
      await learn()
      const [none] = await database.commit([forgetNumbersOf(database, deviceId, number)])
      assert.equal(none!.affected, 0)
      const [forgotten] = await database.commit([forgetNumbersOf(database, deviceId, jid)])
      assert.equal(forgotten!.affected, 1)
      assert.equal(await find(deviceId), undefined)
    })

    it('take along what is stored under them, and keep one of two copies', async () => {
      const { database, deviceId, learn } = await prepare()
      const [messages, receipts] = [new MessageStore(database), new ReceiptStore(database)]
      const add = (id: string, chat: string) =>
        database.commit([
          messages.insert({ ...sampleMessage(deviceId), id, chat, sender: chat }, 1, () => new Error('there')),
          receipts.note('delivered', { deviceId, chat, messageId: id, person: chat, at: 5 }),
        ])
      for (const [id, chat] of [
        ['A', number],
        ['B', jid],
        ['C', number],
        ['C', jid],
      ] as const)
        await add(id, chat)
      await learn()
      await learn()
      const { rows } = await messages.list(deviceId, jid, { limit: 10 })
      assert.deepEqual(rows.map(({ id, sender }) => [id, sender]).sort(), [
        ['A', jid],
        ['B', jid],
        ['C', jid],
      ])
      assert.deepEqual((await messages.list(deviceId, number, { limit: 10 })).rows, [])
      const noted = await receipts.find(deviceId, [jid, number], ['A', 'B', 'C'])
      assert.deepEqual(noted.map(({ message_id, chat, person }) => [message_id, chat, person]).sort(), [
        ['A', jid, jid],
        ['B', jid, jid],
        ['C', jid, jid],
      ])
    })
  })
}
