import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Database, Statement } from '../database.ts'
import { findLidMappings, learnLids } from '../lid-mapping-store.ts'
import { MessageStore, mayBecome, type NewMessageRow } from '../message-store.ts'
import { insertSampleDevice, sampleMessage } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const chat = '4917012345678@s.whatsapp.net'

class Exists extends Error {}
const exists = () => new Exists()

/** What the message store and the LID mappings promise on every database. */
export const messageStoreContract = (open: OpenTestDatabase): void => {
  const prepare = async () => {
    const database = await open()
    const { deviceId } = await insertSampleDevice(database)
    const store = new MessageStore(database)
    const add = (change: Partial<NewMessageRow>, at = 5_000) =>
      database.commit([store.insert(sampleMessage(deviceId, change), at, exists)])
    const state = async (id: string) => (await store.find(deviceId, id))?.state
    return { database, deviceId, store, add, state }
  }
  const commit = (database: Database, statements: readonly Statement[]) => database.commit(statements)

  describe('message store', () => {
    it('keeps a message as it was given', async () => {
      const { deviceId, store, add } = await prepare()
      await add({})
      const found = await store.find(deviceId, 'A')
      assert.deepEqual(
        { ...found, body: [...(found?.body ?? [])] },
        {
          ...sampleMessage(deviceId),
          body: [1, 2, 3],
          steps: null,
          created_at: 5_000,
          updated_at: 5_000,
        },
      )
    })

    it('refuses a message that is there, with everything else of the unit', async () => {
      const { database, deviceId, store, add, state } = await prepare()
      await add({})
      const unit = [
        store.insert(sampleMessage(deviceId, { id: 'B' }), 1, exists),
        store.insert(sampleMessage(deviceId), 1, exists),
      ]
      await assert.rejects(commit(database, unit), Exists)
      assert.equal(await state('B'), undefined)
    })

    it('takes a message of the history over when it comes live, once', async () => {
      const { database, deviceId, store, add } = await prepare()
      await commit(database, store.insertHistory([sampleMessage(deviceId, { source: 'history' })], 1))
      await add({})
      assert.equal((await store.find(deviceId, 'A'))?.source, 'live')
      await assert.rejects(add({}), Exists)
      await commit(database, store.insertHistory([sampleMessage(deviceId, { source: 'history', text: 'other' })], 2))
      assert.equal((await store.find(deviceId, 'A'))?.text, 'hello')
    })

    it('stores a long history in one unit', async () => {
      const { database, deviceId, store } = await prepare()
      const rows = Array.from({ length: 250 }, (_, place) =>
        sampleMessage(deviceId, { id: `H${place}`, source: 'history' }),
      )
      await commit(database, store.insertHistory(rows, 1))
      assert.equal((await store.list(deviceId, chat, { limit: 500 })).rows.length, 250)
    })

    it('moves a message on from where it was seen, and from nowhere else', async () => {
      const { database, deviceId, store, add, state } = await prepare()
      await add({ from_me: 1, state: 'sending' })
      const move = (from: string, to: string) =>
        commit(database, [store.move({ deviceId, chat, messageId: 'A', from, to, at: 9 }, exists)])
      await move('sending', 'read')
      await assert.rejects(move('sending', 'delivered'), Exists)
      assert.equal(await state('A'), 'read')
      assert.deepEqual([mayBecome('read', 'delivered'), mayBecome('delivered', 'read')], [true, false])
    })

    it('tells who settles a send that it came further already', async () => {
      const { database, deviceId, store, add, state } = await prepare()
      await add({ from_me: 1, state: 'sending' })
      const settle = (device: string, sentAt: number) =>
        commit(database, [store.settleSent(device, 'A', sentAt, 8_000, exists)])
      await assert.rejects(settle('other device', 7_000), Exists)
      await settle(deviceId, 7_000)
      assert.deepEqual([await state('A'), (await store.find(deviceId, 'A'))?.sent_at], ['sent', 7_000])
      await commit(database, [store.advance({ deviceId, messageId: 'A', state: 'read', reason: null, at: 9_000 })])
      await assert.rejects(settle(deviceId, 9_000), Exists)
      await commit(database, [store.dateSent(deviceId, 'A', 9_000, 9)])
      assert.deepEqual([await state('A'), (await store.find(deviceId, 'A'))?.sent_at], ['read', 9_000])
      const failed = { deviceId, messageId: 'A', state: 'failed', reason: 'no', at: 9 }
      await assert.rejects(commit(database, [store.advance(failed, { orElse: exists })]), Exists)
      assert.deepEqual(
        (await store.history(deviceId, 'A')).map((step) => step.state),
        ['sent', 'read'],
      )
    })

    it('gives the facts of messages of one chat alone, by each of its addresses', async () => {
      const { deviceId, store, add } = await prepare()
      await add({ id: 'A' })
      await add({ id: 'B', chat: '998877@lid' })
      await add({ id: 'C', chat: '49111@s.whatsapp.net' })
      const found = await store.facts(deviceId, [chat, '998877@lid'], ['A', 'B', 'C', 'D'])
      assert.deepEqual(found.map(({ id }) => id).sort(), ['A', 'B'])
    })

    it('settles a message that nobody was sure of by a late receipt', async () => {
      const { database, deviceId, store, add, state } = await prepare()
      await add({ from_me: 1, state: 'unknown', state_reason: 'no_acknowledgement' })
      await commit(database, [store.advance({ deviceId, messageId: 'A', state: 'delivered', reason: null, at: 9 })])
      assert.equal(await state('A'), 'delivered')
      assert.equal((await store.find(deviceId, 'A'))?.state_reason, null)
    })

    it('does not move messages of the other side with receipts for ours, nor those of other devices', async () => {
      const { database, deviceId, store, add, state } = await prepare()
      const other = await insertSampleDevice(database)
      await add({})
      await commit(database, [store.insert(sampleMessage(other.deviceId, { from_me: 1, state: 'sent' }), 1, exists)])
      await commit(database, [store.advance({ deviceId, messageId: 'A', state: 'read', reason: null, at: 9 })])
      assert.equal(await state('A'), 'received')
      assert.equal((await store.find(other.deviceId, 'A'))?.state, 'sent')
    })

    it('notes no history for a message that is not there', async () => {
      const { database, deviceId, store } = await prepare()
      await commit(database, [store.advance({ deviceId, messageId: 'X', state: 'read', reason: null, at: 9 })])
      assert.deepEqual(await store.history(deviceId, 'X'), [])
    })

    it('lists by time, then by arrival, on both sides of a cursor', async () => {
      const { deviceId, store, add } = await prepare()
      await add({ id: 'Z', sent_at: 1_000 }, 1)
      await add({ id: 'M', sent_at: 2_000 }, 2)
      await add({ id: 'A', sent_at: 2_000 }, 3)
      await add({ id: 'K', sent_at: 3_000 }, 4)
      const ids = async (options: Parameters<MessageStore['list']>[2]) =>
        (await store.list(deviceId, chat, options)).rows.map(({ id }) => id)
      assert.deepEqual(await ids({ limit: 10 }), ['K', 'A', 'M', 'Z'])
      const cursor = { sentAt: 2_000, createdAt: 3, id: 'A' }
      assert.deepEqual(await ids({ limit: 1, before: cursor }), ['M'])
      assert.deepEqual(await ids({ limit: 10, before: cursor }), ['M', 'Z'])
      assert.deepEqual(await ids({ limit: 10, after: cursor }), ['K'])
      assert.deepEqual(await ids({ limit: 1, after: { sentAt: 1_000, createdAt: 1, id: 'Z' } }), ['M'])
    })

    it('finds what a text contains, in capitals or not, and takes every character for itself', async () => {
      const { deviceId, store, add } = await prepare()
      await add({ id: 'A', sent_at: 1, text: 'ÉTÉ in Riga' }, 1)
      await add({ id: 'B', sent_at: 2, text: '100% off' }, 2)
      await add({ id: 'C', sent_at: 3, text: '1000 off' }, 3)
      const found = async (containing: string) =>
        (await store.list(deviceId, chat, { limit: 10, containing })).rows.map(({ id }) => id)
      // How far PostgreSQL knows capitals depends on the locale of its database.
      assert.deepEqual(await found('ÉTÉ'), ['A'])
      assert.deepEqual(await found('RIGA'), ['A'])
      assert.deepEqual(await found('00% O'), ['B'])
      assert.deepEqual(await found('off'), ['C', 'B'])
      assert.deepEqual(await found('_ff'), [])
    })

    it('ends a page when it is full, by number or by bytes, and says whether more follows', async () => {
      const { deviceId, store, add } = await prepare()
      for (let n = 1; n <= 6; n++) {
        await add({ id: `M${n}`, sent_at: n, text: 'é'.repeat(20), body: new Uint8Array(60) }, n)
      }
      const read = async (options: Parameters<MessageStore['list']>[2]) => {
        const { rows, isLast } = await store.list(deviceId, chat, options)
        return [...rows.map(({ id }) => id), isLast ? 'last' : 'more']
      }
      const at = (n: number) => ({ sentAt: n, createdAt: n, id: `M${n}` })
      assert.deepEqual(await read({ limit: 10, bytes: 150 }), ['M6', 'M5', 'more'])
      assert.deepEqual(await read({ limit: 10, before: at(5), bytes: 150 }), ['M4', 'M3', 'more'])
      assert.deepEqual(await read({ limit: 10, before: at(3), bytes: 250 }), ['M2', 'M1', 'last'])
      assert.deepEqual(await read({ limit: 1, bytes: 1 }), ['M6', 'more'])
      assert.deepEqual(await read({ limit: 10, after: at(1), bytes: 150 }), ['M3', 'M2', 'more'])
      assert.deepEqual(await read({ limit: 10, after: at(1), before: at(5), bytes: 150 }), ['M4', 'M3', 'more'])
      assert.deepEqual(await read({ limit: 10 }), ['M6', 'M5', 'M4', 'M3', 'M2', 'M1', 'last'])
    })

    it('gives a message new words at its old place, and takes it back with all that it said', async () => {
      const { database, deviceId, store, add } = await prepare()
      await add({ id: 'A', sent_at: 1_000 })
      await add({ id: 'E', type: 'edit', text: 'v2', target_id: 'A', listed: 0, sent_at: 9_000 })
      await add({ id: 'B', sent_at: 2_000 })
      await commit(database, [store.edit(deviceId, chat, 'A', { text: 'v2', at: 9_000 })])
      const { rows } = await store.list(deviceId, chat, { limit: 10 })
      assert.deepEqual(
        rows.map(({ id, text, edited_at, sent_at }) => [id, text, edited_at, sent_at]),
        [
          ['B', 'hello', null, 2_000],
          ['A', 'v2', 9_000, 1_000],
        ],
      )
      await commit(database, store.delete(deviceId, chat, 'A', { at: 9_500, by: chat }))
      await commit(database, [store.edit(deviceId, chat, 'A', { text: 'v3', at: 9_900 })])
      const [deleted, edit] = [await store.find(deviceId, 'A'), await store.find(deviceId, 'E')]
      assert.deepEqual(
        [deleted?.text, deleted?.body, deleted?.deleted_at, deleted?.deleted_by],
        [null, null, 9_500, chat],
      )
      assert.deepEqual([edit?.text, edit?.body, edit?.deleted_at], [null, null, null])
      assert.equal((await store.find(deviceId, 'B'))?.text, 'hello')
    })

    it('gives a message another content as long as it is what it was thought to be, and notes what a sealed one says', async () => {
      const { database, deviceId, store, add } = await prepare()
      const absent = (id: string) => commit(database, [store.absent(deviceId, chat, id, exists)])
      await absent('A')
      await add({ id: 'A' })
      await assert.rejects(absent('A'), Exists)
      await absent('B')
      const body = async (id: string) => [...((await store.find(deviceId, id))?.body ?? [])]
      const replace = (from: Uint8Array, to: Uint8Array) =>
        commit(database, [store.replace(deviceId, { chat, id: 'A', body: from }, to, exists)])
      await replace(new Uint8Array([1, 2, 3]), new Uint8Array([4]))
      assert.deepEqual(await body('A'), [4])
      await assert.rejects(replace(new Uint8Array([1, 2, 3]), new Uint8Array([5])), Exists)
      assert.deepEqual(await body('A'), [4])
      await add({ id: 'S', type: 'encrypted_change', text: null, listed: 0, target_id: 'A' })
      await commit(database, [store.unseal(deviceId, { chat, id: 'S' }, { type: 'edit', text: 'v2' })])
      const unsealed = await store.find(deviceId, 'S')
      assert.deepEqual([unsealed?.type, unsealed?.text], ['edit', 'v2'])
    })

    it('knows what is unread', async () => {
      const { deviceId, store, add } = await prepare()
      await add({ id: 'A', sent_at: 1 })
      await add({ id: 'B', sent_at: 2, state: 'read' })
      await add({ id: 'C', sent_at: 3, from_me: 1, state: 'sent' })
      await add({ id: 'D', sent_at: 4 })
      await add({ id: 'E', sent_at: 5, type: 'reaction', listed: 0 })
      const ids = async (until: number) => (await store.unread(deviceId, chat, until, 10)).map(({ id }) => id)
      assert.deepEqual([await ids(10), await ids(3)], [['A', 'D'], ['A']])
    })
  })

  describe('LID mappings', () => {
    const lid = '998877@lid'

    it('file what was said under a LID with the phone number, and keep one of two copies', async () => {
      const { database, deviceId, store, add } = await prepare()
      await add({ id: 'A', chat: lid, sender: lid })
      await add({ id: 'B', chat: lid, sender: 'me@lid', from_me: 1 })
      await add({ id: 'C', chat: lid, sender: lid })
      await add({ id: 'C', chat, sender: chat })
      await commit(database, learnLids(database, deviceId, [{ lid, jid: chat }]))
      await commit(database, learnLids(database, deviceId, [{ lid, jid: chat }]))
      assert.deepEqual(await findLidMappings(database, deviceId, [lid]), [{ lid, jid: chat }])
      assert.deepEqual(await findLidMappings(database, deviceId, [chat, 'x@lid']), [{ lid, jid: chat }])
      const { rows: filed } = await store.list(deviceId, chat, { limit: 10 })
      assert.deepEqual(filed.map(({ id, sender }) => [id, sender]).sort(), [
        ['A', chat],
        ['B', 'me@lid'],
        ['C', chat],
      ])
      assert.deepEqual((await store.list(deviceId, lid, { limit: 10 })).rows, [])
    })

    it('are learnt many at once, as the history of an account tells them', async () => {
      const { database, deviceId, store, add } = await prepare()
      const pairs = Array.from({ length: 1_200 }, (_, place) => ({
        lid: `${place}@lid`,
        jid: `49${place}@s.whatsapp.net`,
      }))
      await add({ id: 'A', chat: '7@lid', sender: '7@lid' })
      await add({ id: 'B', chat: '1100@lid', sender: '1100@lid' })
      await commit(database, learnLids(database, deviceId, pairs))
      assert.equal(
        (
          await findLidMappings(
            database,
            deviceId,
            pairs.map(({ lid }) => lid),
          )
        ).length,
        1_200,
      )
      assert.deepEqual(
        [(await store.find(deviceId, 'A'))?.chat, (await store.find(deviceId, 'B'))?.sender],
        ['497@s.whatsapp.net', '491100@s.whatsapp.net'],
      )
    })

    it('leave a number to the account that has it now', async () => {
      const { database, deviceId } = await prepare()
      await commit(database, learnLids(database, deviceId, [{ lid, jid: chat }]))
      await commit(database, learnLids(database, deviceId, [{ lid: '112233@lid', jid: chat }]))
      assert.deepEqual(await findLidMappings(database, deviceId, [lid, chat]), [{ lid: '112233@lid', jid: chat }])
    })

    it('belong to one device', async () => {
      const { database, deviceId } = await prepare()
      const other = await insertSampleDevice(database)
      await commit(database, learnLids(database, deviceId, [{ lid, jid: chat }]))
      assert.deepEqual(await findLidMappings(database, other.deviceId, [lid, chat]), [])
    })
  })
}
