import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, afterEach, describe, it } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '../database.ts'
import { LoggedWriter } from '../dialects/sqlite/logged-writer.ts'
import { StatementCache } from '../dialects/sqlite/statement-cache.ts'
import { UnitLog } from '../dialects/sqlite/unit-log.ts'
import { MessageStore } from '../message-store.ts'
import { openDatabase } from '../open-database.ts'
import { bytesIn, keyWithDevices, makeFormerDatabase, numbersTo } from '../testing/former-database.ts'
import { withDatabases } from '../testing/with-databases.ts'
import { steps } from './0023-steps.ts'

const messagesOfDevice = 3_000

/** Two devices with messages in three chats, every third of them sent and with its steps, and some ids that two chats have. */
const filled = (bytes: string): string[] => {
  const messages = (
    id: string,
  ) => `insert into message (device_id, chat, id, sender, from_me, type, text, quoted_id, push_name, body, state,
      state_reason, source, listed, target_id, edited_at, deleted_at, deleted_by, sent_at, created_at, updated_at)
    select '${id}', 'chat' || (i % 3), 'M' || (i / 2), 'sender' || i, case when i % 3 = 0 then 1 else 0 end, 'text', 'text ' || i,
      case when i % 50 = 0 then 'Q' end, 'Name', ${bytes}, case when i % 3 = 0 then 'sent' else 'received' end,
      case when i % 70 = 0 then 'why' end, 'live', case when i % 11 = 0 then 0 else 1 end, case when i % 13 = 0 then 'M1' end,
      case when i % 17 = 0 then 5 end, case when i % 19 = 0 then 6 end, case when i % 19 = 0 then 'x' end, 1000 * (i / 7), i, i + 1
    from ${numbersTo(messagesOfDevice)}`
  const stepsOf = (id: string, state: string, after: number, reason: string) => `insert into message_state
    (device_id, message_id, state, actor, reason, at)
    select '${id}', m.id, '${state}', '', ${reason}, m.created_at + ${after} from message m
    where m.device_id = '${id}' and m.from_me = 1`
  return [
    ...keyWithDevices(bytes, ['d', 'other']),
    ...['d', 'other'].flatMap((id) => [
      messages(id),
      // Noted out of order, and two within one millisecond.
      stepsOf(id, 'sent', 9, 'null'),
      stepsOf(id, 'queued', 0, `'quiet "hours"'`),
      stepsOf(id, 'unknown', 9, 'null'),
    ]),
  ]
}

describe('a database with a row for each step of a message', () => {
  withDatabases((open, freshTarget) => {
    it('keeps every message as it was, with its steps', async () => {
      const target = await freshTarget()
      await makeFormerDatabase(target, steps, filled(bytesIn(target, '0102')))
      const database = await open(target)
      const store = new MessageStore(database)
      for (const device of ['d', 'other']) {
        const rows = await database.query.selectFrom('message').selectAll().where('device_id', '=', device).execute()
        assert.equal(rows.length, messagesOfDevice)
        const byPlace = new Map(rows.map((row) => [Number(row.created_at), row]))
        for (let i = 1; i <= messagesOfDevice; i++) {
          const { body, steps: _, ...row } = byPlace.get(i)!
          assert.deepEqual([...body!], [1, 2])
          const plain = Object.fromEntries(
            Object.entries(row).map(([name, value]) => [
              name,
              name.endsWith('_at') && value !== null ? Number(value) : value,
            ]),
          )
          assert.deepEqual(plain, {
            ...{ device_id: device, chat: `chat${i % 3}`, id: `M${Math.floor(i / 2)}`, sender: `sender${i}` },
            ...{ from_me: i % 3 === 0 ? 1 : 0, type: 'text', text: `text ${i}`, quoted_id: i % 50 === 0 ? 'Q' : null },
            ...{
              push_name: 'Name',
              state: i % 3 === 0 ? 'sent' : 'received',
              state_reason: i % 70 === 0 ? 'why' : null,
            },
            ...{ source: 'live', listed: i % 11 === 0 ? 0 : 1, target_id: i % 13 === 0 ? 'M1' : null },
            ...{ edited_at: i % 17 === 0 ? 5 : null, deleted_at: i % 19 === 0 ? 6 : null },
            ...{
              deleted_by: i % 19 === 0 ? 'x' : null,
              sent_at: 1000 * Math.floor(i / 7),
              created_at: i,
              updated_at: i + 1,
            },
          })
        }
      }
      assert.deepEqual(await store.history('d', 'M3'), [
        { state: 'queued', reason: 'quiet "hours"', at: 6 },
        { state: 'sent', reason: null, at: 15 },
        { state: 'unknown', reason: null, at: 15 },
      ])
      assert.deepEqual(await store.history('d', 'M2'), [], 'of messages that came in there are none')
      const step = { deviceId: 'd', messageId: 'M3', state: 'read', reason: null, at: 20 }
      await database.commit([store.advance(step, { orElse: () => new Error('not there') })])
      assert.deepEqual((await store.history('d', 'M3')).at(-1), { state: 'read', reason: null, at: 20 })
      const { rows } = await store.list('d', 'chat1', { limit: 500 })
      assert.deepEqual([rows.length, rows[0]?.id], [500, 'M1499'])
      const sample = { ...rows[0]! }
      await assert.rejects(database.commit([store.insert(sample, 1, () => new Error('it is there'))]), /it is there/)
      await database.commit([{ query: sql`delete from device where id = 'd'`.compile(database.query) }])
      assert.deepEqual(await store.findAll('d', 'M3'), [], 'it goes with its device')
      assert.equal((await store.findAll('other', 'M3')).length, 2)
    })
  })

  describe('on SQLite alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-steps-'))
    let database: Database | undefined
    const open = async (file: string) => {
      database = await openDatabase({ type: 'sqlite', file })
      return database
    }
    afterEach(() => database?.close())
    after(() => rmSync(folder, { recursive: true, force: true }))

    it('applies what a crash has left in the log of the version before, and changes that too', async () => {
      const path = join(folder, 'former.db')
      const target = { type: 'sqlite', file: path } as const
      await makeFormerDatabase(target, steps, filled(bytesIn(target, '0102')))
      const file = new DatabaseSync(path, { enableForeignKeyConstraints: true })
      const cache = new StatementCache(file)
      const texts = [
        `update message set state = 'read' where device_id = 'd' and id = ?`,
        `insert into message_state (device_id, message_id, state, actor, reason, at) values ('d', ?, 'read', '', null, 90)`,
      ]
      const unit = texts.map((text, id) => ({ id, sql: text, parameters: ['M3'], required: false }))
      cache.learn({ id: 0, kind: 'commit', units: [unit] })
      new LoggedWriter(file, cache, new UnitLog(`${path}-units`)).apply([unit])
      file.close()
      const store = new MessageStore(await open(path))
      assert.equal((await store.find('d', 'M3'))?.state, 'read')
      assert.deepEqual((await store.history('d', 'M3')).at(-1), { state: 'read', reason: null, at: 90 })
    })

    it('finds messages by their id, by their chat and in the order of time through an index', async () => {
      const { query: builder } = await open(join(folder, 'plans.db'))
      const planOf = async (query: { compile(): { sql: string; parameters: readonly unknown[] } }) => {
        const { sql: text, parameters } = query.compile()
        const parts = text.split('?')
        const bound = sql.join(
          parts.map((part, place) =>
            place < parameters.length ? sql`${sql.raw(part)}${parameters[place]}` : sql.raw(part),
          ),
          sql``,
        )
        const { rows } = await sql<{ detail: string }>`explain query plan ${bound}`.execute(builder)
        return rows.map(({ detail }) => detail).join('; ')
      }
      const messages = builder.selectFrom('message').selectAll().where('device_id', '=', 'd')
      assert.match(
        await planOf(messages.where('id', '=', 'A')),
        /^SEARCH message USING INDEX sqlite_autoindex_message_1 \(device_id=\? AND id=\?\)$/,
      )
      const inChat = messages.where('chat', '=', 'c')
      assert.match(
        await planOf(inChat.where('id', 'in', ['A', 'B'])),
        /autoindex_message_1 \(device_id=\? AND id=\? AND chat=\?\)$/,
      )
      assert.match(
        await planOf(inChat.where('sent_at', '<', 5).orderBy('sent_at', 'desc')),
        /^SEARCH message USING INDEX message_by_time \(device_id=\? AND chat=\? AND sent_at<\?\)$/,
      )
      const events = builder.selectFrom('event').selectAll().where('device_id', '=', 'd').where('seq', '>', 5)
      assert.match(
        await planOf(events.orderBy('seq')),
        /^SEARCH event USING INDEX sqlite_autoindex_event_2 \(device_id=\? AND seq>\?\)$/,
      )
    })
  })
})
