import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ChatStore } from '../chat-store.ts'
import { HeldSendStore } from '../held-send-store.ts'
import { type Intent, IntentStore } from '../intent-store.ts'
import { MessageStore } from '../message-store.ts'
import { NewContactStore } from '../new-contact-store.ts'
import { SendLimitStore } from '../send-limit-store.ts'
import { insertSampleDevice, sampleMessage, unlimited } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

class Full extends Error {}
class Gone extends Error {}
const full = () => new Full()
const gone = () => new Gone()

/** What the stores of limits, and of what they hold, promise on every database. */
export const sendLimitStoreContract = (open: OpenTestDatabase): void => {
  const prepare = async () => {
    const database = await open()
    const { deviceId } = await insertSampleDevice(database)
    const [limits, held] = [new SendLimitStore(database), new HeldSendStore(database)]
    const [intents, messages] = [new IntentStore(database), new MessageStore(database)]
    const chat = '4917012345678@s.whatsapp.net'
    const add = (id: string, change: Partial<Intent> = {}) => {
      const row: Intent = {
        ...{ device_id: deviceId, message_id: id, chat, body: new Uint8Array([1]), state: 'queued', options: '{}' },
        ...{ not_before: 0, created_at: 100, prepared_at: null, media_id: null, ...unlimited, limited: 1, ...change },
      }
      const { not_before: sent_at } = row
      const state = row.state === 'prepared' ? 'sending' : row.state
      const message = sampleMessage(deviceId, { id, chat, state, sent_at, from_me: 1, source: 'sent' })
      return database.commit([intents.insert(row), messages.insert(message, 1, gone)])
    }
    const due = async (at: number) => (await intents.due(at, 10)).map((each) => each.message_id)
    return { database, deviceId, limits, held, intents, messages, add, due, chat }
  }

  describe('limits of sending', () => {
    it('are kept for each device, and changed', async () => {
      const { database, deviceId, limits } = await prepare()
      const quiet = { quiet_from: '22:00', quiet_to: '07:00', quiet_zone: 'Europe/Berlin' }
      const more = {
        day_zone: null,
        warm_up: '[5]',
        new_contacts: 3,
        gap_min_ms: 1,
        gap_max_ms: 2,
        waits_restricted: 1,
        auto_pause: '{}',
      } as const
      const row = { device_id: deviceId, ...quiet, daily_messages: 5, daily_zone: 'UTC', ...more }
      await database.commit([limits.put(row)])
      await database.commit([limits.put({ ...row, quiet_from: null, daily_messages: 6 })])
      const own = (await limits.all()).filter((each) => each.device_id === deviceId)
      assert.deepEqual(own, [{ ...row, quiet_from: null, daily_messages: 6 }])
    })

    it('count the messages of a day, and no more than may leave', async () => {
      const { database, deviceId, limits } = await prepare()
      const most = { sent: 2, newContacts: 1 }
      const count = (sent: number, newContacts: number, day = '2026-03-29') =>
        database.commit([limits.count(deviceId, day, { sent, newContacts }, most, { at: 5, full })])
      await count(1, 1)
      await assert.rejects(count(1, 1), Full)
      await count(1, 0)
      await assert.rejects(count(1, 0), Full)
      assert.deepEqual(await limits.countOf(deviceId, '2026-03-29'), { sent: 2, newContacts: 1 })
      await assert.rejects(count(0, 2, '2026-03-30'), Full)
      assert.deepEqual(await limits.countOf(deviceId, '2026-03-30'), { sent: 0, newContacts: 0 })
      await limits.purge(6)
      assert.deepEqual(await limits.countOf(deviceId, '2026-03-29'), { sent: 0, newContacts: 0 })
    })

    it('begin with what left on that day before they were set', async () => {
      const { database, deviceId, limits, messages, add, chat } = await prepare()
      const day = { name: '2026-03-29', beginsAt: 50 }
      for (const [id, sentAt] of [
        ['yesterday', 49],
        ['today', 50],
        ['later today', 70],
      ] as const) {
        await add(id, { state: 'prepared' })
        await database.commit([
          messages.advance({ deviceId, messageId: id, state: 'sent', reason: null, at: 1 }),
          messages.dateSent(deviceId, id, sentAt, 1),
          new ChatStore(database).said(deviceId, chat, { id, at: sentAt, unread: 0 }, 1),
        ])
      }
      await add('waits', { not_before: 60 })
      const [more, most] = [
        { sent: 1, newContacts: 1 },
        { sent: 9, newContacts: 9 },
      ]
      const contacts = new NewContactStore(database)
      await database.commit([contacts.add(deviceId, 'yesterday@lid', 49), contacts.add(deviceId, chat, 50)])
      await database.commit([
        limits.count(deviceId, day.name, more, most, { at: 75, full }),
        limits.beginCount(deviceId, day, 80),
      ])
      await database.commit([limits.beginCount(deviceId, day, 90)])
      assert.deepEqual(await limits.countOf(deviceId, day.name), { sent: 2, newContacts: 1 })
    })
  })

  describe('held sends', () => {
    it('wait until their time, in the order in which they were accepted', async () => {
      const { database, deviceId, held, add, due, chat } = await prepare()
      await add('second', { created_at: 200 })
      await add('first', { created_at: 100 })
      assert.equal(await held.last(deviceId, chat), undefined)
      const until = { until: 900, reason: 'quiet_hours' } as const
      for (const id of ['second', 'first']) await database.commit(held.hold(deviceId, id, until, gone))
      await assert.rejects(database.commit(held.hold(deviceId, 'first', until, gone)), Gone)
      assert.deepEqual(await held.last(deviceId, chat), until)
      assert.equal(await held.last(deviceId, chat, 100), undefined)
      assert.deepEqual([await due(899), await due(900)], [[], ['first', 'second']])
      assert.ok((await held.devices()).includes(deviceId))
    })

    it('keep their place when they are queued, and are not overdue by then', async () => {
      const { database, deviceId, held, intents, add } = await prepare()
      await add('held', { created_at: 100 })
      await database.commit(held.hold(deviceId, 'held', { until: 900, reason: 'daily_limit' }, gone))
      await add('wished', { state: 'scheduled', not_before: 900, created_at: 50 })
      for (const intent of await intents.due(900, 10)) await database.commit([intents.release(intent, 950, gone)])
      const queued = (await intents.ofDevice(deviceId)).map((each) => [each.message_id, Number(each.created_at)])
      assert.deepEqual(queued, [
        ['held', 100],
        ['wished', 950],
      ])
      assert.deepEqual(await intents.overdue(950, 0, 10), [])
      assert.equal((await intents.overdue(951, 0, 10)).length, 2)
    })

    it('wait on together, also those with a time of their own that has come', async () => {
      const { database, deviceId, held, messages, add, due, chat } = await prepare()
      await add('held', { state: 'scheduled', not_before: 900, held_by: 'quiet_hours', created_at: 100 })
      await add('wished', { state: 'scheduled', not_before: 800, created_at: 50 })
      await add('a reaction', { state: 'scheduled', not_before: 800, limited: 0 })
      await add('not yet', { state: 'scheduled', not_before: 1_500 })
      await database.commit(held.holdDue(deviceId, { until: 2_000, reason: 'daily_limit' }, 900, chat))
      assert.deepEqual(await due(1_999), ['a reaction', 'not yet'])
      assert.deepEqual((await due(2_000)).slice(-2), ['held', 'wished'])
      const row = await messages.find(deviceId, 'wished')
      assert.deepEqual([Number(row?.sent_at), row?.state_reason], [2_000, 'daily_limit'])
      const other = await messages.find(deviceId, 'not yet')
      assert.deepEqual([Number(other?.sent_at), other?.state_reason], [1_500, null])
      await database.commit([held.recall(deviceId, 1_000)])
      assert.deepEqual((await due(1_000)).slice(-2), ['held', 'wished'])
    })

    it('keep other chats waiting only where all of them wait', async () => {
      const { database, deviceId, held, add, due, chat } = await prepare()
      const other = '4917000000000@s.whatsapp.net'
      await add('to somebody new', { chat: other })
      await add('to a friend', { created_at: 200 })
      const full = { until: 900, reason: 'new_contacts' } as const
      await database.commit(held.hold(deviceId, 'to somebody new', full, gone))
      assert.deepEqual([await held.last(deviceId, other), await held.last(deviceId, chat)], [full, undefined])
      await add('another one', { state: 'scheduled', not_before: 800 })
      await database.commit(held.holdDue(deviceId, { ...full, until: 2_000 }, 900, other))
      assert.deepEqual(await due(1_999), ['another one'])
      await database.commit([held.recall(deviceId, 1_000, chat)])
      assert.deepEqual(await due(1_999), ['another one'])
      await database.commit([held.recall(deviceId, 1_000, other)])
      assert.deepEqual(await due(1_000), ['another one', 'to somebody new'])
    })

    it('are all that is queued and keeps to limits, when the device is paused', async () => {
      const { database, deviceId, held, messages, add, due } = await prepare()
      await add('queued')
      await add('a status', { limited: 2 })
      await add('a reaction', { limited: 0 })
      await add('on its way', { state: 'prepared' })
      await add('named', { state: 'scheduled', not_before: 700 })
      await add('held', { state: 'scheduled', not_before: 900, held_by: 'quiet_hours' })
      await database.commit(held.holdAll(deviceId, { until: 5_000, reason: 'paused' }, '["scheduled",1,"paused"]\n'))
      assert.deepEqual(await due(4_999), ['named'])
      assert.deepEqual((await due(5_000)).slice(1).sort(), ['a status', 'held', 'queued'])
      assert.deepEqual([...(await held.counts(deviceId))], [['paused', 3]])
      const row = await messages.find(deviceId, 'queued')
      assert.deepEqual([row?.state, Number(row?.sent_at), row?.state_reason], ['scheduled', 5_000, 'paused'])
    })

    it('are counted among what is to leave, once they are queued', async () => {
      const { deviceId, held, add } = await prepare()
      await add('one')
      await add('other', { counted_on: '2026-03-28' })
      await add('counted', { counted_on: '2026-03-29' })
      await add('free', { limited: 0 })
      await add('held', { state: 'scheduled', held_by: 'daily_limit' })
      assert.equal(await held.pending(deviceId, '2026-03-29'), 2)
    })
  })
}
