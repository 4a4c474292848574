import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { IntentStore } from '../intent-store.ts'
import { type MediaFileRow, MediaFileStore } from '../media-file-store.ts'
import { insertSampleDevice, unlimited } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

class Kept extends Error {}
const kept = () => new Kept()

/** What the store of files that are to be sent promises on every database. */
export const mediaFileStoreContract = (open: OpenTestDatabase): void => {
  const prepare = async () => {
    const database = await open()
    const { deviceId } = await insertSampleDevice(database)
    const store = new MediaFileStore(database)
    const intents = new IntentStore(database)
    const add = (id: string, change: Partial<MediaFileRow> = {}) =>
      database.commit([
        store.insert({
          ...{ device_id: deviceId, id, source_id: null, form: 'original', facts: '{}', bytes: 10 },
          ...{ uploaded: null, created_at: 100, expires_at: 200, ...change },
        }),
      ])
    const wait = (messageId: string, media: string | null) =>
      database.commit([
        intents.insert({
          ...{ device_id: deviceId, message_id: messageId, chat: '1@lid', body: new Uint8Array([1]), state: 'queued' },
          ...{ options: '{}', not_before: 0, created_at: 100, prepared_at: null, media_id: media, ...unlimited },
        }),
      ])
    const done = async () => (await store.done(200, 10)).filter((row) => row.device_id === deviceId).map(({ id }) => id)
    return { database, deviceId, store, intents, add, wait, done }
  }

  describe('media file store', () => {
    it('finds a file of its device, what was made of it, and how much there is', async () => {
      const { add, store, deviceId, database } = await prepare()
      await add(`${deviceId}-a`)
      await add(`${deviceId}-b`, { source_id: `${deviceId}-a`, form: 'image', bytes: 5 })
      await add(`${deviceId}-c`, { source_id: `${deviceId}-a`, form: 'image', bytes: 5, created_at: 101 })
      assert.equal((await store.find(deviceId, `${deviceId}-a`))?.form, 'original')
      assert.equal(await store.find('another', `${deviceId}-a`), undefined)
      assert.equal((await store.findForm(deviceId, `${deviceId}-a`, 'image'))?.id, `${deviceId}-c`)
      assert.equal(await store.findForm(deviceId, `${deviceId}-a`, 'sticker'), undefined)
      assert.equal(await store.bytesOf(deviceId), 20)
      await database.commit([store.uploaded(deviceId, `${deviceId}-a`, '{"a":1}')])
      assert.equal((await store.find(deviceId, `${deviceId}-a`))?.uploaded, '{"a":1}')
      assert.deepEqual([...(await store.known([`${deviceId}-a`, 'none']))], [`${deviceId}-a`])
    })

    it('gives up a file when its time is over and no send waits for it', async () => {
      const { add, wait, done, store, intents, deviceId, database } = await prepare()
      const [over, later, needed] = ['over', 'later', 'needed'].map((name) => `${deviceId}-${name}`) as [
        string,
        string,
        string,
      ]
      await add(over)
      await add(later, { expires_at: 201 })
      await add(needed)
      await wait('M', needed)
      await wait('N', null)
      assert.deepEqual(await done(), [over])
      await assert.rejects(database.commit([store.remove(deviceId, needed, kept)]), Kept)
      await database.commit([intents.complete(deviceId, 'M', new Uint8Array([2]), kept)])
      const [completed] = await intents.ofDevice(deviceId)
      assert.deepEqual([completed?.media_id, Buffer.from(completed?.body ?? [])], [null, Buffer.from([2])])
      assert.deepEqual((await done()).sort(), [needed, over].sort())
      await database.commit([store.remove(deviceId, needed, kept)])
      assert.equal(await store.find(deviceId, needed), undefined)
      await database.commit([intents.prepare(deviceId, 'M', 5, kept)])
      await assert.rejects(database.commit([intents.complete(deviceId, 'M', new Uint8Array([3]), kept)]), Kept)
    })
  })
}
