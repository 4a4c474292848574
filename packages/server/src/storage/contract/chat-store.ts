import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ChatStore } from '../chat-store.ts'
import { ContactStore } from '../contact-store.ts'
import { learnLids } from '../lid-mapping-store.ts'
import { MessageStore } from '../message-store.ts'
import { fillChats } from '../migrations/0004-chats.ts'
import { insertSampleDevice, sampleMessage } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const jid = '4917012345678@s.whatsapp.net'
const lid = '998877@lid'

/** What the chat store promises on every database. */
export const chatStoreContract = (open: OpenTestDatabase): void => {
  const prepare = async () => {
    const database = await open()
    const { deviceId } = await insertSampleDevice(database)
    const store = new ChatStore(database)
    const setTimer = (chat: string, seconds: number, setAt: number) =>
      database.commit([store.setTimer(deviceId, chat, { seconds, setAt }, 9)])
    const timer = async (chat: string) => (await store.find(deviceId, chat))?.expiry_seconds
    return { database, deviceId, store, setTimer, timer }
  }

  describe('chat store', () => {
    it('makes a chat of the first thing that is known of it', async () => {
      const { deviceId, store, setTimer } = await prepare()
      assert.equal(await store.find(deviceId, jid), undefined)
      await setTimer(jid, 86_400, 5)
      assert.deepEqual(await store.find(deviceId, jid), {
        full_name: null,
        business_name: null,
        push_name: null,
        device_id: deviceId,
        jid,
        name: null,
        last_message_id: null,
        last_message_at: 0,
        unread: 0,
        marked_unread: 0,
        expiry_seconds: 86_400,
        expiry_set_at: 5,
        archived: 0,
        pinned_at: null,
        muted_until: null,
        created_at: 9,
        updated_at: 9,
      })
    })

    it('keeps the timer that was set last, in whatever order they come', async () => {
      const { setTimer, timer } = await prepare()
      await setTimer(jid, 86_400, 5)
      await setTimer(jid, 0, 7)
      await setTimer(jid, 604_800, 6)
      assert.equal(await timer(jid), 0)
    })

    it('shows the newest message, and counts what is unread', async () => {
      const { database, deviceId, store } = await prepare()
      const said = (id: string, at: number, unread: 0 | 1) =>
        database.commit([store.said(deviceId, jid, { id, at, unread }, 9)])
      const shown = async () => {
        const chat = await store.find(deviceId, jid)
        return [chat?.last_message_id, chat?.last_message_at, chat?.unread, chat?.marked_unread]
      }
      await said('A', 2_000, 1)
      await said('B', 2_000, 1)
      await said('C', 1_000, 1)
      assert.deepEqual(await shown(), ['B', 2_000, 3, 0])
      await database.commit([store.read(deviceId, jid, 2, 10)])
      assert.deepEqual(await shown(), ['B', 2_000, 1, 0])
      await database.commit([store.read(deviceId, jid, 2, 10)])
      assert.deepEqual(await shown(), ['B', 2_000, 0, 0])
    })

    it('takes from the history what was not known', async () => {
      const { database, deviceId, store } = await prepare()
      const begin = (name: string) =>
        database.commit([store.begin(deviceId, jid, { name, unread: 3, markedUnread: true }, 9)])
      await begin('Ada')
      await begin('Bea')
      const chat = await store.find(deviceId, jid)
      assert.deepEqual([chat?.name, chat?.unread, chat?.marked_unread, chat?.last_message_at], ['Ada', 3, 1, 0])
      await database.commit([store.rename(deviceId, jid, 'Cea', 10)])
      assert.equal((await store.find(deviceId, jid))?.name, 'Cea')
      assert.deepEqual(await store.known(deviceId, [jid, lid]), [])
      await database.commit([store.said(deviceId, jid, { id: 'A', at: 1_000, unread: 0 }, 11)])
      assert.deepEqual(await store.known(deviceId, [jid, lid]), [{ jid, hasHistory: false }])
    })

    it('knows nothing of the chats of other devices', async () => {
      const { database, store, setTimer } = await prepare()
      const other = await insertSampleDevice(database)
      await setTimer(jid, 86_400, 5)
      assert.equal(await store.find(other.deviceId, jid), undefined)
    })

    it('lists the chats with the newest messages first, page by page', async () => {
      const { database, deviceId, store } = await prepare()
      const messages = new MessageStore(database)
      const exists = () => new Error('exists')
      for (const [n, chat] of ['1@g.us', '2@g.us', '3@g.us', '4@g.us', 'status@broadcast'].entries()) {
        const row = sampleMessage(deviceId, { id: 'A', chat, text: 'é'.repeat(20), body: new Uint8Array(60) })
        const said = { id: 'A', at: Math.floor(n / 2), unread: 0 } as const
        await database.commit([messages.insert(row, 1, exists), store.said(deviceId, chat, said, 1)])
      }
      const read = async (page: Parameters<ChatStore['list']>[1]) => {
        const { rows, isLast } = await store.list(deviceId, page)
        return [...rows.map(({ jid: chat }) => chat), isLast ? 'last' : 'more']
      }
      assert.deepEqual(await read({ limit: 10 }), ['4@g.us', '3@g.us', '2@g.us', '1@g.us', 'last'])
      assert.deepEqual(await read({ limit: 3 }), ['4@g.us', '3@g.us', '2@g.us', 'more'])
      const after = { lastMessageAt: 0, jid: '2@g.us' }
      assert.deepEqual(await read({ limit: 3, after }), ['1@g.us', 'last'])
      assert.deepEqual(await read({ limit: 10, bytes: 150 }), ['4@g.us', '3@g.us', 'more'])
      assert.deepEqual(await read({ limit: 10, bytes: 1 }), ['4@g.us', 'more'])
      const other = await insertSampleDevice(database)
      assert.deepEqual((await store.list(other.deviceId, { limit: 10 })).rows, [])
    })

    it('knows what the other person is called', async () => {
      const { database, deviceId, store, setTimer } = await prepare()
      await setTimer(jid, 0, 1)
      await database.commit([new ContactStore(database).name(deviceId, jid, 'full_name', 'Ada Lovelace', 1)])
      assert.equal((await store.find(deviceId, jid))?.full_name, 'Ada Lovelace')
      assert.equal((await store.list(deviceId, { limit: 1 })).rows[0]?.full_name, 'Ada Lovelace')
    })

    it('begins with the chats of what was stored before', async () => {
      const { database, deviceId, store } = await prepare()
      const messages = new MessageStore(database)
      const said = [
        sampleMessage(deviceId, { id: 'A', chat: jid, sent_at: 1_000 }),
        sampleMessage(deviceId, { id: 'B', chat: jid, sent_at: 2_000 }),
        sampleMessage(deviceId, { id: 'C', chat: jid, sent_at: 3_000, type: 'reaction' }),
        sampleMessage(deviceId, { id: 'D', chat: lid, sent_at: 4_000, from_me: 1, state: 'sent' }),
      ]
      const exists = () => new Error('exists')
      await database.commit(said.map((row) => messages.insert(row, 5_000, exists)))
      await database.commit([
        { query: database.query.deleteFrom('chat').compile() },
        { query: fillChats.compile(database.query) },
      ])
      const found = await Promise.all([store.find(deviceId, jid), store.find(deviceId, lid)])
      assert.deepEqual(
        found.map((chat) => [chat?.last_message_id, chat?.last_message_at, chat?.unread]),
        [
          ['B', 2_000, 2],
          ['D', 4_000, 0],
        ],
      )
    })

    it('makes one chat of two when a LID turns out to be a number', async () => {
      const { database, deviceId, store, setTimer, timer } = await prepare()
      await setTimer(lid, 86_400, 5)
      await database.commit(learnLids(database, deviceId, [{ lid, jid }]))
      assert.deepEqual([await timer(jid), await store.find(deviceId, lid)], [86_400, undefined])
      await setTimer(lid, 604_800, 4)
      await database.commit(learnLids(database, deviceId, [{ lid, jid }]))
      assert.deepEqual([await timer(jid), await store.find(deviceId, lid)], [86_400, undefined])
      await setTimer(lid, 604_800, 6)
      await database.commit(learnLids(database, deviceId, [{ lid, jid }]))
      assert.deepEqual([await timer(jid), await store.find(deviceId, lid)], [604_800, undefined])
    })
  })
}
