import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { ContactStore } from '../contact-store.ts'
import type { Database } from '../database.ts'
import { eraseEvents, eraseRest } from '../erasure/erase-subject.ts'
import { knownAs } from '../erasure/known-as.ts'
import { added } from '../erasure/removal.ts'
import type { Subject } from '../erasure/subject.ts'
import { EventStore } from '../event-store.ts'
import { learnLids } from '../lid-mapping-store.ts'
import { MessageStore } from '../message-store.ts'
import { learnNumbers } from '../number-alias-store.ts'
import { ReceiptStore } from '../receipt-store.ts'
import { insertSampleDevice, sampleMessage } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const person = '4917011111111@s.whatsapp.net'
const lid = '998877665544@lid'
const other = '4917022222222@s.whatsapp.net'
// The number of the person is a part of this one.
const longer = '14917011111111@s.whatsapp.net'
const group = '120363012345678901@g.us'

const exists = () => new Error('it is there')

/** What erasing promises on every database. */
export const eraseSubjectContract = (open: OpenTestDatabase): void => {
  const prepare = async () => {
    const database = await open()
    const { deviceId } = await insertSampleDevice(database)
    const { deviceId: neighbour } = await insertSampleDevice(database)
    for (const device of [deviceId, neighbour]) await fill(database, device)
    return { database, deviceId, neighbour }
  }

  const fill = async (database: Database, device: string) => {
    const [messages, contacts, events] = [
      new MessageStore(database),
      new ContactStore(database),
      new EventStore(database),
    ]
    const said = (change: Parameters<typeof sampleMessage>[1]) =>
      messages.insert(sampleMessage(device, { body: null, ...change }), 5, exists)
    const event = (id: string, payload: object) => ({
      ...{ id: `evt_${device}_${id}`, type: 'message.received', backfill: false },
      payload: JSON.stringify(payload),
    })
    await database.commit([
      ...learnLids(database, device, [{ lid, jid: person }]),
      ...learnNumbers(database, device, [{ number: '49170111@s.whatsapp.net', jid: person }], 1),
      contacts.name(device, person, 'push_name', 'Person', 1),
      contacts.name(device, other, 'push_name', 'Other', 1),
      said({ chat: person, sender: person, id: 'P1' }),
      said({ chat: person, sender: other, id: 'P2', from_me: 1 }),
      said({ chat: group, sender: person, id: 'P3' }),
      said({ chat: group, sender: other, id: 'O1', text: 'ask @4917011111111 about it' }),
      said({ chat: longer, sender: longer, id: 'O2', text: 'hello' }),
      ...[person, other].map((who) =>
        new ReceiptStore(database).note('read', { deviceId: device, chat: group, messageId: 'O1', person: who, at: 9 }),
      ),
      ...events.append(
        device,
        [
          event('1', { chat: person, message_id: 'P1' }),
          event('2', { chat: group, from_lid: lid, message_id: 'P3' }),
          event('3', { chat: group, from: other, message_id: 'O1', quoted_message_id: 'P3' }),
          event('4', { chat: longer, from: longer, message_id: 'O2' }),
        ],
        1,
      ),
    ])
  }

  const erase = async (database: Database, deviceId: string, subject: Subject) => {
    const scene = { database, deviceId, subject }
    let counts: Record<string, number> = {}
    const steps = eraseEvents(scene)
    let step = await steps.next()
    for (; !step.done; step = await steps.next()) {
      await database.commit(step.value.statements)
      counts = added(counts, step.value.counts)
    }
    for await (const removal of eraseRest(scene, { after: step.value, now: 10 })) {
      await database.commit(removal.statements)
      counts = added(counts, removal.counts)
    }
    return counts
  }

  /** All that is stored of a device, as text. */
  const stored = async (database: Database, deviceId: string) => {
    const tables = ['message', 'event', 'contact', 'lid_mapping', 'number_alias', 'message_receipt', 'chat']
    const found = tables.map(async (table) => {
      const { rows } = await sql`select * from ${sql.table(table)} where device_id = ${deviceId}`.execute(
        database.query,
      )
      return rows.map((row) => JSON.stringify(row)).sort()
    })
    return (await Promise.all(found)).flat()
  }

  describe('erasing', () => {
    it('takes all that is known of a person, and of nobody else and in no other device', async () => {
      const { database, deviceId, neighbour } = await prepare()
      const before = await stored(database, neighbour)
      const addresses = await knownAs(database, deviceId, lid)
      assert.deepEqual(addresses.toSorted(), [person, lid, '49170111@s.whatsapp.net'].toSorted())
      const counts = await erase(database, deviceId, { kind: 'contact', addresses })
      assert.deepEqual(counts, {
        event: 3,
        contact: 1,
        lid_mapping: 1,
        number_alias: 1,
        message: 3,
        message_receipt: 1,
        message_redacted: 1,
      })
      const left = (await stored(database, deviceId)).join('\n')
      for (const word of [lid, 'Person', '"P1"', '"P3"', '49170111@']) assert.ok(!left.includes(word), word)
      assert.ok(left.includes('ask @[erased] about it') && left.includes(longer) && left.includes('Other'))
      assert.ok(!left.replaceAll(longer, '').includes('4917011111111'))
      assert.deepEqual(await stored(database, neighbour), before)
      assert.deepEqual(await erase(database, deviceId, { kind: 'contact', addresses }), {})
    })

    it('takes what was said in a chat, and leaves its people where they are elsewhere', async () => {
      const { database, deviceId } = await prepare()
      const counts = await erase(database, deviceId, { kind: 'chat', addresses: [person, lid] })
      assert.deepEqual(counts, { event: 1, message: 2 })
      const left = (await stored(database, deviceId)).join('\n')
      assert.ok(!left.includes('"P1"') && left.includes('"P3"') && left.includes('Person'))
      assert.deepEqual(await erase(database, deviceId, { kind: 'chat', addresses: [group] }), {
        event: 2,
        message: 2,
        message_receipt: 2,
      })
    })
  })
}
