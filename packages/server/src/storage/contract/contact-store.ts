import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ContactStore } from '../contact-store.ts'
import { learnLids } from '../lid-mapping-store.ts'
import { insertSampleDevice } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const [jid, lid, other] = ['4917012345678@s.whatsapp.net', '77@lid', '4917099999999@s.whatsapp.net']

/** What the contact store promises on every database. */
export const contactStoreContract = (open: OpenTestDatabase): void => {
  const prepare = async () => {
    const database = await open()
    const { deviceId } = await insertSampleDevice(database)
    return { database, deviceId, store: new ContactStore(database) }
  }

  describe('ContactStore', () => {
    it('keeps whom the account saved, and what people call themselves', async () => {
      const { database, deviceId, store } = await prepare()
      await database.commit([store.name(deviceId, jid, 'push_name', 'Ada', 1)])
      const people = [
        { jid, fullName: 'Ada L', firstName: 'Ada' },
        { jid: other, fullName: 'Bea B', firstName: 'Bea' },
      ]
      await database.commit(store.save(deviceId, people, 2))
      assert.deepEqual([await store.isSaved(deviceId, jid), await store.isSaved(deviceId, lid)], [true, false])
      assert.equal((await store.find(deviceId, jid))?.fullName, 'Ada L')
      await database.commit(store.unsave(deviceId, [jid], 3))
      assert.deepEqual(
        [await store.isSaved(deviceId, jid), (await store.find(deviceId, jid))?.pushName],
        [false, 'Ada'],
      )
      await database.commit(store.unsave(deviceId, undefined, 4))
      assert.equal(await store.find(deviceId, other), undefined)
    })

    it('takes a user name from the address book only when nothing else is known', async () => {
      const { database, deviceId, store } = await prepare()
      const names = { fullName: 'Somebody', firstName: 'Some' }
      await database.commit(
        store.save(
          deviceId,
          [jid, other].map((each) => ({ jid: each, ...names })),
          1,
        ),
      )
      const suggest = (to: string, name: string) => database.commit([store.suggestUsername(deviceId, to, name, 2)])
      const known = async () => Object.fromEntries(await store.usernames(deviceId, [jid, other]))
      await suggest(jid, 'Ada')
      assert.deepEqual(await known(), { [jid]: 'Ada' })
      await suggest(jid, 'another')
      await suggest(other, 'ada')
      assert.deepEqual(await known(), { [jid]: 'Ada' })
      await database.commit(store.rename(deviceId, other, 'aDa', 3))
      assert.deepEqual(await known(), { [other]: 'aDa' })
      await suggest(lid, 'ADA')
      assert.equal(await store.find(deviceId, lid), undefined)
      await suggest(lid, 'lovelace')
      assert.equal((await store.find(deviceId, lid))?.username, 'lovelace')
    })

    it('files a person under the number when that becomes known', async () => {
      const { database, deviceId, store } = await prepare()
      await database.commit([
        ...store.save(deviceId, [{ jid: lid, fullName: 'Ada L', firstName: 'Ada' }], 1),
        store.name(deviceId, jid, 'push_name', 'Ada', 1),
      ])
      await database.commit(learnLids(database, deviceId, [{ lid, jid }]))
      const found = await store.find(deviceId, jid)
      assert.deepEqual([found?.pushName, found?.fullName], ['Ada', 'Ada L'])
      assert.equal(await store.find(deviceId, lid), undefined)
    })
  })
}
