import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { it } from 'node:test'
import { sql } from 'kysely'
import { ContactStore } from '../contact-store.ts'
import { contentColumns } from '../content/content-columns.ts'
import { plainColumns } from '../content/plain-columns.ts'
import { unlockContent } from '../content/unlock-content.ts'
import type { Database, Statement } from '../database.ts'
import { EventStore } from '../event-store.ts'
import { lids } from '../former-addresses.ts'
import { learnLids } from '../lid-mapping-store.ts'
import { MarkStore } from '../mark-store.ts'
import { MessageStore } from '../message-store.ts'
import { refile } from '../refile.ts'
import { destroyContentKeys } from '../sealing/content-keys.ts'
import { createKeyring, type Keyring } from '../sealing/keyring.ts'
import { SealError } from '../sealing/sealed-box.ts'
import { insertSampleDevice, sampleMessage } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const masterKey = randomBytes(32)
const chat = '4917012345678@s.whatsapp.net'
const never = () => new Error('it is there already')
const words = 'Grüße aus 東京 😀 100 %'

async function device(database: Database, keyring: Keyring): Promise<string> {
  const id = randomUUID()
  await insertSampleDevice(database, { id, data_key_sealed: keyring.createDataKey(id) })
  return id
}

async function world(database: Database, isOn = true) {
  const keyring = createKeyring(database, [masterKey])
  unlockContent(database, keyring, { isOn })
  return { database, keyring, deviceId: await device(database, keyring), messages: new MessageStore(database) }
}

const commit = (database: Database, unit: readonly Statement[], lane?: string) =>
  database.commit(unit, lane === undefined ? {} : { lane })

/** What is in a column, as it is stored. */
async function stored(database: Database, table: string, column: string): Promise<unknown[]> {
  const { rows } = await sql<{ value: unknown }>`select ${sql.ref(column)} as value from ${sql.table(table)}`.execute(
    database.query,
  )
  return rows.map(({ value }) => value)
}

const isClear = (values: readonly unknown[], text: string): boolean =>
  values.some((value) => Buffer.from(value as string).includes(text))

/** What is promised of content and its sealing. */
export function contentContract(open: OpenTestDatabase): void {
  it('knows of every column of text or bytes whether people write into it', async () => {
    const { query, dialect } = await open()
    const listed =
      dialect === 'sqlite'
        ? sql<Record<'name' | 'column', string>>`select m.name, c.name as "column" from sqlite_master m
            join pragma_table_info(m.name) c where m.type = 'table' and lower(c.type) in ('text', 'blob')
            and m.name not like 'sqlite_%'`
        : sql<Record<'name' | 'column', string>>`select table_name as name, column_name as "column"
            from information_schema.columns where table_schema = current_schema()
            and data_type in ('text', 'bytea') and (table_name = 'event' or table_name not like 'event%')`
    const { rows } = await listed.execute(query)
    assert.ok(rows.length > 150)
    const content: Readonly<Record<string, { readonly columns: object }>> = contentColumns
    const places = rows.map(({ name, column }) => {
      const ways = [column in (content[name]?.columns ?? {}), column in (plainColumns[name] ?? {})]
      return [`${name}.${column}`, ways.filter(Boolean).length] as const
    })
    const wrong = places.filter(([, ways]) => ways !== 1).map(([place]) => place)
    assert.deepEqual(wrong, [], 'each is in content-columns.ts or in plain-columns.ts')
  })

  it('opens and seals for many at once while the key of a device is not in memory', async () => {
    const { database, deviceId, messages } = await world(await open())
    await commit(database, [messages.insert(sampleMessage(deviceId, { id: 'A', text: words }), 1, never)])
    database.content.forget(deviceId)
    const reads = Array.from({ length: 8 }, () => messages.findAll(deviceId, 'A'))
    const other = sampleMessage(deviceId, { id: 'B', text: words })
    const write = commit(database, [messages.insert(other, 2, never)])
    for (const found of await Promise.all(reads)) assert.equal(found[0]!.text, words)
    await write
    assert.equal((await messages.findAll(deviceId, 'B'))[0]!.text, words)
  })

  it('gives back what was sealed, and stores none of it as it was', async () => {
    const { database, deviceId, messages } = await world(await open())
    const body = Buffer.from(`body ${words}`)
    const row = sampleMessage(deviceId, { text: words, push_name: 'Ann', body })
    await commit(database, [messages.insert(row, 1, never)])
    const [found] = await messages.findAll(deviceId, 'A')
    assert.equal(found!.text, words)
    assert.equal(found!.push_name, 'Ann')
    assert.deepEqual(Buffer.from(found!.body!), body)
    for (const column of ['text', 'push_name', 'body']) {
      const values = await stored(database, 'message', column)
      assert.equal(values.length, 1)
      assert.equal(isClear(values, 'Grü') || isClear(values, 'Ann'), false)
    }
    const edited = { text: 'other words', at: 2 }
    await commit(database, [messages.edit(deviceId, chat, 'A', edited)])
    assert.equal((await messages.find(deviceId, 'A'))!.text, 'other words')
    assert.equal(isClear(await stored(database, 'message', 'text'), 'other'), false)
    await commit(database, [messages.replace(deviceId, found!, Buffer.from('anew'), never)])
    await assert.rejects(
      commit(database, [messages.replace(deviceId, found!, Buffer.from('too late'), never)]),
      /there/,
    )
    assert.equal(Buffer.from((await messages.find(deviceId, 'A'))!.body!).toString(), 'anew')
  })

  it('keeps the order of a lane while the key of its device is read', async () => {
    const { database, deviceId } = await world(await open())
    const events = new EventStore(database)
    const append = (n: number) =>
      commit(
        database,
        events.append(deviceId, [{ id: `evt_${n}`, type: 'a', payload: `{"n":${n}}`, backfill: false }], n),
        deviceId,
      )
    await Promise.all(Array.from({ length: 20 }, (_, n) => append(n)))
    const { events: read } = await events.read(deviceId, { after: 0, limit: 50 })
    assert.deepEqual(
      read.map(({ payload }) => JSON.parse(payload).n),
      Array.from({ length: 20 }, (_, n) => n),
    )
    assert.equal(isClear(await stored(database, 'event', 'payload'), '"n"'), false)
  })

  it('opens what was sealed, and what never was, whichever way it is set', async () => {
    const { database, deviceId, messages, keyring } = await world(await open())
    await commit(database, [messages.insert(sampleMessage(deviceId, { id: 'A', text: 'sealed' }), 1, never)])
    const content = database.content
    unlockContent(database, keyring, { isOn: false })
    assert.notEqual(database.content, content)
    await commit(database, [messages.insert(sampleMessage(deviceId, { id: 'B', text: 'clear' }), 2, never)])
    const { rows } = await messages.list(deviceId, chat, { limit: 10 })
    assert.deepEqual(rows.map(({ text }) => text).sort(), ['clear', 'sealed'])
    assert.equal(isClear(await stored(database, 'message', 'text'), 'clear'), true)
  })

  it('never takes what somebody wrote for a sealed value', async () => {
    const { database, deviceId, messages } = await world(await open(), false)
    const text = `\u0001${Buffer.alloc(60, 1).toString('base64')}`
    const body = Buffer.alloc(60, 1)
    await commit(database, [messages.insert(sampleMessage(deviceId, { text, body }), 1, never)])
    const [found] = await messages.findAll(deviceId, 'A')
    assert.equal(found!.text, text)
    assert.deepEqual(Buffer.from(found!.body!), body)
  })

  it('finds words in texts and names that are sealed', async () => {
    const { database, deviceId, messages } = await world(await open())
    const texts = Array.from({ length: 450 }, (_, n) => (n % 150 === 7 ? `Order ${n} of the ÖKO shop` : `Text ${n}`))
    await commit(
      database,
      messages.insertHistory(
        texts.map((text, n) => sampleMessage(deviceId, { id: `m${n}`, text, sent_at: n })),
        1_000,
      ),
    )
    const seen: string[] = []
    let before: { sentAt: number; createdAt: number; id: string } | undefined
    for (let pages = 0; pages < 5; pages++) {
      const page = await messages.list(deviceId, chat, { limit: 1, containing: 'öko', ...(before && { before }) })
      seen.push(...page.rows.map(({ id }) => id))
      const last = page.rows.at(-1)
      if (page.isLast || !last) break
      before = { sentAt: Number(last.sent_at), createdAt: Number(last.created_at), id: last.id }
    }
    assert.deepEqual(seen, ['m307', 'm157', 'm7'])
    const found = await messages.search(deviceId, chat, { containing: 'ORDER 1', among: 400, limit: 5 })
    assert.deepEqual(found, ['m157'])
    const contacts = new ContactStore(database)
    const people = Array.from({ length: 520 }, (_, n) => {
      return contacts.name(deviceId, `${4_000_000 + n}@s.whatsapp.net`, 'push_name', n % 200 === 3 ? 'Bo' : 'Al', 1)
    })
    await commit(database, people)
    const bos = await contacts.list(deviceId, { text: 'bO', limit: 2 })
    assert.deepEqual(
      bos.map(({ jid, pushName }) => [jid, pushName]),
      [
        ['4000003@s.whatsapp.net', 'Bo'],
        ['4000203@s.whatsapp.net', 'Bo'],
      ],
    )
    const rest = await contacts.list(deviceId, { text: 'bo', limit: 5, after: bos[1]!.jid })
    assert.deepEqual(
      rest.map(({ jid }) => jid),
      ['4000403@s.whatsapp.net'],
    )
  })

  it('opens what was filed under another address', async () => {
    const { database, deviceId, messages } = await world(await open())
    const lid = '123@lid'
    const marks = new MarkStore(database)
    const mark = { ...{ device_id: deviceId, chat: lid, message_id: 'A', kind: 'edit', sender: '', id: 'E', at: 1 } }
    await commit(database, [
      ...learnLids(database, deviceId, [{ jid: chat, lid }]),
      messages.insert(sampleMessage(deviceId, { chat: lid, sender: lid, text: 'from a lid' }), 1, never),
      marks.put({ ...mark, kind: 'edit', value: 'edited' }, never),
      new ContactStore(database).name(deviceId, lid, 'push_name', 'Lida', 1),
    ])
    await commit(database, refile(database, deviceId, [lid], lids))
    assert.equal((await messages.find(deviceId, 'A', chat))!.text, 'from a lid')
    assert.deepEqual(
      (await marks.find(deviceId, [chat], ['A'])).map(({ value }) => value),
      ['edited'],
    )
    assert.equal((await new ContactStore(database).find(deviceId, chat))!.pushName, 'Lida')
  })

  it('refuses a value that was put into another row, another column or another device', async () => {
    const { database, deviceId, messages, keyring } = await world(await open())
    const other = await device(database, keyring)
    await commit(database, [
      messages.insert(sampleMessage(deviceId, { id: 'A', text: 'to pay: 1' }), 1, never),
      messages.insert(sampleMessage(deviceId, { id: 'B', text: 'to pay: 2', push_name: 'Ann' }), 2, never),
      messages.insert(sampleMessage(other, { id: 'A', text: 'to pay: 3' }), 3, never),
    ])
    const move = async (of: string, from: ReturnType<typeof sql>, id: string) => {
      const move = sql`update message set text = ${from} where device_id = ${of} and id = ${id}`
      await commit(database, [{ query: move.compile(database.query) }])
      await assert.rejects(messages.find(of, id), SealError)
    }
    await move(deviceId, sql`(select text from message m where m.device_id = ${deviceId} and m.id = 'B')`, 'A')
    await move(deviceId, sql`push_name`, 'B')
    await move(other, sql`(select text from message m where m.device_id = ${deviceId} and m.id = 'A')`, 'A')
  })

  it('forgets what was said when the keys of a device are destroyed, and goes on with another key', async () => {
    const { database, deviceId, messages } = await world(await open())
    const events = new EventStore(database)
    const event = { id: 'evt_1', type: 'a', payload: '{"text":"x"}', backfill: false }
    await commit(database, [
      messages.insert(sampleMessage(deviceId, { id: 'A', text: 'gone' }), 1, never),
      ...events.append(deviceId, [event], 1),
    ])
    await commit(database, [destroyContentKeys(database, deviceId, 9)])
    database.content.forget(deviceId)
    await commit(database, [messages.insert(sampleMessage(deviceId, { id: 'B', text: 'new' }), 2, never)])
    const { rows } = await messages.list(deviceId, chat, { limit: 9 })
    assert.deepEqual(
      rows.map(({ id, text, body }) => [id, text, body === null]),
      [
        ['B', 'new', false],
        ['A', null, true],
      ],
    )
    assert.equal((await events.read(deviceId, { after: 0, limit: 9 })).events[0]!.payload, '{}')
  })

  it('refuses to seal for a device that is not there in the words of the unit', async () => {
    const { database } = await world(await open())
    const events = new EventStore(database)
    const event = { id: 'evt_1', type: 'a', payload: '{}', backfill: false }
    await assert.rejects(commit(database, events.append(randomUUID(), [event], 1)), { code: 'device_not_found' })
  })
}
