import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { it } from 'node:test'
import { sql } from 'kysely'
import { ContactStore } from '../contact-store.ts'
import { ContentPasses } from '../content/content-passes.ts'
import { countContent } from '../content/count-content.ts'
import { Reseal } from '../content/reseal.ts'
import { unlockContent } from '../content/unlock-content.ts'
import type { Database, Statement } from '../database.ts'
import { EventStore } from '../event-store.ts'
import { MessageStore } from '../message-store.ts'
import { createKeyring, type Keyring } from '../sealing/keyring.ts'
import { insertSampleDevice, sampleMessage } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const masterKey = randomBytes(32)
const chat = '4917012345678@s.whatsapp.net'

async function device(database: Database, keyring: Keyring): Promise<string> {
  const id = randomUUID()
  await insertSampleDevice(database, { id, data_key_sealed: keyring.createDataKey(id) })
  return id
}

/** Two devices with something in several tables: 110 messages, 5 events and a contact each. */
async function filled(database: Database) {
  const keyring = createKeyring(database, [masterKey])
  unlockContent(database, keyring, { isOn: false })
  const devices = [await device(database, keyring), await device(database, keyring)]
  const [messages, events] = [new MessageStore(database), new EventStore(database)]
  for (const deviceId of devices) {
    const texts = Array.from({ length: 110 }, (_, n) => `text ${n}`)
    const rows = texts.map((text, n) => sampleMessage(deviceId, { id: `m${n}`, text, sent_at: n, push_name: 'Ann' }))
    const happened = Array.from({ length: 5 }, (_, n) => {
      return { id: `evt_${deviceId}_${n}`, type: 'a', payload: `{"n":${n}}`, backfill: false }
    })
    await database.commit([
      ...messages.insertHistory(rows, 1_000),
      ...events.append(deviceId, happened, 1),
      new ContactStore(database).name(deviceId, chat, 'push_name', 'Ann', 1),
    ])
  }
  return { database, keyring, devices, messages, events }
}

async function isWhole({ devices, messages, events }: Awaited<ReturnType<typeof filled>>): Promise<void> {
  for (const deviceId of devices) {
    const { rows } = await messages.list(deviceId, chat, { limit: 300 })
    const texts = rows.map(({ text, push_name, body }) => `${text} ${push_name} ${body?.join()}`)
    assert.deepEqual(
      texts.reverse(),
      Array.from({ length: 110 }, (_, n) => `text ${n} Ann 1,2,3`),
    )
    const { events: read } = await events.read(deviceId, { after: 0, limit: 9 })
    assert.equal(read.map(({ payload }) => payload).join(), '{"n":0},{"n":1},{"n":2},{"n":3},{"n":4}')
  }
}

const sum = (counts: readonly { clear: number; sealed: number }[], of: 'clear' | 'sealed') =>
  counts.reduce((total, count) => total + count[of], 0)

/** What is promised of content that was stored before sealing was switched on, or off. */
export function resealContract(open: OpenTestDatabase): void {
  it('seals what was in clear and opens what was sealed, and says how much there is', async () => {
    const world = await filled(await open())
    const { database, keyring } = world
    assert.deepEqual(
      [sum(await countContent(database), 'clear'), sum(await countContent(database), 'sealed')],
      [232, 0],
    )
    unlockContent(database, keyring, { isOn: true })
    assert.equal(await new Reseal(database, { rest: 0 }).run(), 232)
    assert.deepEqual(
      [sum(await countContent(database), 'clear'), sum(await countContent(database), 'sealed')],
      [0, 232],
    )
    await isWhole(world)
    assert.equal(await new Reseal(database).run(), 0, 'what is done is not read again')
    unlockContent(database, keyring, { isOn: false })
    assert.equal(await new Reseal(database, { rest: 0 }).run(), 232)
    assert.deepEqual(
      [sum(await countContent(database), 'clear'), sum(await countContent(database), 'sealed')],
      [232, 0],
    )
    await isWhole(world)
  })

  it('continues where it was cut off, whichever step that was', async () => {
    const world = await filled(await open())
    const { database, keyring } = world
    unlockContent(database, keyring, { isOn: true })
    const commit = database.commit.bind(database)
    let steps = 0
    let rounds = 0
    // Each process does two steps, and dies in the third.
    database.commit = async (unit, options) => {
      if (unit.some(({ query }) => query.sql.includes('content_pass')) && ++steps % 3 === 0) throw new Error('killed')
      return commit(unit, options)
    }
    for (; rounds < 60; rounds++) {
      const ended = await new Reseal(database, { rest: 0 }).run().then(
        () => true,
        () => false,
      )
      await isWhole(world)
      if (ended) break
    }
    assert.ok(rounds > 5 && rounds < 60)
    assert.equal(sum(await countContent(database), 'clear'), 0)
  })

  it('leaves alone what was changed while it was looked at, and takes it the next time', async () => {
    const world = await filled(await open())
    const { database, keyring, devices, messages } = world
    unlockContent(database, keyring, { isOn: true })
    const commit = database.commit.bind(database)
    let edited = false
    database.commit = async (unit: readonly Statement[], options) => {
      if (!edited && unit.some(({ query }) => query.sql.startsWith('update "message"'))) {
        edited = true
        await commit([
          {
            query: sql`update message set text = ${'words'} where id = ${'m0'} and device_id = ${devices[0]}`.compile(
              database.query,
            ),
          },
          {
            query: sql`update message set text = ${'words'} where id = ${'m0'} and device_id = ${devices[1]}`.compile(
              database.query,
            ),
          },
        ])
      }
      return commit(unit, options)
    }
    await new Reseal(database, { rest: 0 }).run()
    assert.ok(edited)
    for (const deviceId of devices) assert.equal((await messages.find(deviceId, 'm0'))!.text, 'words')
    assert.equal(sum(await countContent(database), 'clear'), 0)
  })

  it('stays at what it cannot open no longer than once, and opens the rest', async () => {
    const world = await filled(await open())
    const { database, keyring, devices } = world
    unlockContent(database, keyring, { isOn: true })
    await new Reseal(database, { rest: 0 }).run()
    const lose = database.query.deleteFrom('content_key').where('device_id', '=', devices[0]!)
    await database.commit([{ query: lose.compile() }])
    unlockContent(database, keyring, { isOn: false })
    const tables = new Set<string>()
    const reseal = new Reseal(database, { rest: 0, unreadable: (table) => tables.add(table) })
    assert.equal(await reseal.run(), 116)
    assert.deepEqual([...tables].sort(), ['contact', 'event', 'message'])
    assert.ok([...(await new ContentPasses(database).all()).values()].every(({ done }) => done))
  })
}
