import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { after, describe, it } from 'node:test'
import { sql } from 'kysely'
import { openDatabase } from '../../open-database.ts'
import type { StorageError } from '../../storage-error.ts'
import { sampleApiKey } from '../../testing/sample-rows.ts'
import { claimSqlite } from './claim-sqlite.ts'
import type { ThreadOutcome, ThreadResult } from './protocol.ts'
import { SqliteThread } from './sqlite-thread.ts'

describe('SQLite database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-sqlite-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('can be read by its owner only', async () => {
    const file = join(folder, 'new', 'private.db')
    const database = await openDatabase({ type: 'sqlite', file })
    const query = database.query.insertInto('api_key').values(sampleApiKey()).compile()
    await database.commit([{ query }])
    for (const name of [file, `${file}-wal`, `${file}-shm`]) assert.equal(statSync(name).mode & 0o777, 0o600, name)
    await database.close()
  })

  it('has one log and one lock, by whatever name it is opened', async () => {
    const [real, other] = [join(folder, 'volume', 'linked.db'), join(folder, 'by-link.db')]
    mkdirSync(join(folder, 'volume'))
    symlinkSync(real, other)
    const release = claimSqlite(other)
    assert.ok(release)
    assert.equal(claimSqlite(real), undefined)
    release()
    const database = await openDatabase({ type: 'sqlite', file: other })
    await database.commit([{ query: database.query.insertInto('api_key').values(sampleApiKey()).compile() }])
    assert.ok(existsSync(`${real}-units`))
    assert.ok(!existsSync(`${other}-units`))
    await database.close()
  })

  it('says so when its last changes are missing, until there are new ones', async () => {
    const file = join(folder, 'whole.db')
    const change = async (name: string, stays = false) => {
      let incomplete = false
      const onIncomplete = () => {
        incomplete = true
      }
      const database = await openDatabase({ type: 'sqlite', file: join(folder, name) }, { onIncomplete })
      await database.commit([{ query: database.query.insertInto('api_key').values(sampleApiKey()).compile() }])
      const { n } = await database.query
        .selectFrom('api_key')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      if (!stays) await database.close()
      return { incomplete, n, database }
    }
    const copy = (name: string, ...parts: string[]) => {
      for (const part of parts) copyFileSync(file + part, join(folder, name) + part)
    }
    assert.deepEqual([(await change('whole.db')).incomplete, (await change('whole.db')).incomplete], [false, false])
    copy('of-closed.db', '')
    assert.equal((await change('of-closed.db')).incomplete, false, 'a copy of a database that was closed is whole')

    const { database } = await change('whole.db', true)
    copy('of-killed.db', '', '-wal', '-units')
    copy('without-log.db', '', '-wal')
    const source = new DatabaseSync(file, { readOnly: true })
    await backup(source, join(folder, 'backup.db'))
    source.close()
    await database.close()
    for (const [name, incomplete, n] of [
      ['of-killed.db', false, 4],
      ['without-log.db', true, 3],
      ['backup.db', true, 3],
    ] as const) {
      const first = await change(name)
      assert.deepEqual([first.incomplete, first.n], [incomplete, n], name)
      assert.equal((await change(name)).incomplete, false, name)
    }
  })

  it('waits for the disk at each commit, and checks references', async () => {
    const database = await openDatabase({ type: 'sqlite', file: join(folder, 'full.db') })
    const pragma = async (name: string) =>
      (await database.commit([{ query: sql`pragma ${sql.raw(name)}`.compile(database.query) }]))[0]?.rows[0]?.[name]
    assert.equal(await pragma('synchronous'), 2)
    assert.equal(await pragma('journal_mode'), 'wal')
    assert.equal(await pragma('foreign_keys'), 1)
    await database.close()
  })

  it('keeps what it answered and nothing else when the disk is full, and continues when there is room again', async () => {
    const database = await openDatabase({ type: 'sqlite', file: join(folder, 'small.db') })
    const pragma = (text: string) => database.commit([{ query: sql`${sql.raw(text)}`.compile(database.query) }])
    const [pages] = await pragma('pragma page_count')
    await pragma(`pragma max_page_count = ${Number(pages?.rows[0]?.['page_count']) + 20}`)
    const insert = (name: string) => ({
      query: database.query
        .insertInto('api_key')
        .values(sampleApiKey({ customer_name: name.padEnd(3_000, '.') }))
        .compile(),
    })
    const names = Array.from({ length: 60 }, (_, n) => `unit ${n}`)
    const commit = (name: string) => database.commit([insert(name), insert(name)])
    const early = await Promise.allSettled([await commit(names[0]!), commit(names[1]!)])
    const outcomes = [...early, ...(await Promise.allSettled(names.slice(2).map(commit)))]
    const answered = names.filter((_, place) => outcomes[place]?.status === 'fulfilled')
    const refused = outcomes.find((outcome) => outcome.status === 'rejected')
    assert.ok(answered.length >= 2)
    assert.match(String(refused?.reason), /full/)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.equal((outcome.reason as StorageError).kind, 'unavailable')
    }
    const stored = async () =>
      (await database.query.selectFrom('api_key').select('customer_name').orderBy('id').execute()).map((row) =>
        row.customer_name.replace(/\.+$/, ''),
      )
    assert.deepEqual(
      await stored(),
      answered.flatMap((name) => [name, name]),
    )
    await pragma('pragma max_page_count = 100000')
    await database.commit([insert('after')])
    assert.equal((await stored()).at(-1), 'after')
    await database.close()
  })

  it('says what is wrong when the file is no database', async () => {
    const file = join(folder, 'broken.db')
    writeFileSync(file, 'this is a letter and no database, long enough to have a header '.repeat(40))
    await assert.rejects(openDatabase({ type: 'sqlite', file }), /not a database/)
  })

  it('rejects what waits, once and for all, when its thread dies, and tells of it', async () => {
    const told: Error[] = []
    const thread = new SqliteThread({ file: join(folder, 'absent', 'nowhere.db') }, (error) => told.push(error))
    const statement = { sql: 'select 1', parameters: [], required: false }
    const waiting = await Promise.allSettled([thread.run(statement), thread.run(statement)])
    assert.deepEqual(
      waiting.map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    await assert.rejects(thread.run(statement), (error: StorageError) => error.kind === 'unknown')
    assert.equal(told.length, 1)
    await thread.close()
  })

  describe('thread', () => {
    const ask = (text: string, ...parameters: number[]) => ({ sql: text, parameters, required: false })
    const open = (name: string, told: Error[] = []) =>
      new SqliteThread({ file: join(folder, name) }, (error) => told.push(error))

    it('refuses a statement that cannot be prepared, each time, and nothing of what is asked with it', async () => {
      const thread = open('prepare.db')
      const wrong = ask('select n from nowhere')
      const outcomes = await Promise.allSettled([
        thread.run(ask('create table t (n integer)')),
        thread.run(wrong),
        thread.run(ask('select 1 as n')),
        thread.commit([[ask('insert into t values (?)', 1), wrong], [ask('insert into t values (?)', 2)]]),
        thread.run(wrong),
        thread.run(ask('select n from t')),
      ])
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
      )
      for (const outcome of [outcomes[1], outcomes[4]]) {
        assert.match(String((outcome as PromiseRejectedResult).reason), /no such table/)
      }
      const [spoilt, whole] = (outcomes[3] as PromiseFulfilledResult<ThreadOutcome[]>).value
      assert.ok(spoilt && 'error' in spoilt && whole && 'results' in whole)
      assert.deepEqual((outcomes[5] as PromiseFulfilledResult<ThreadResult>).value.rows, [{ n: 2 }])
      await thread.run(ask('create table nowhere (n integer)'))
      assert.deepEqual((await thread.run(wrong)).rows, [])
      await thread.close()
    })

    it('answers thousands of different statements of one turn, and the same ones again', async () => {
      const thread = open('many.db')
      const answersOf = async (numbers: readonly number[]) => {
        const answers = await Promise.all(numbers.map((n) => thread.run(ask(`select ${n} as n`))))
        return answers.map(({ rows }) => rows[0]?.['n'])
      }
      const numbers = Array.from({ length: 2_000 }, (_, n) => n)
      assert.deepEqual(await answersOf([...numbers, ...numbers]), [...numbers, ...numbers])
      assert.deepEqual(await answersOf(numbers.toReversed()), numbers.toReversed())
      const unit = numbers.map((n) => ask(`select ${n} + ? as n`, 1))
      const [outcome] = await thread.commit([[...unit, ...unit]])
      assert.ok(outcome && 'results' in outcome)
      assert.deepEqual(
        outcome.results.map(({ rows }) => rows[0]?.['n']),
        [...numbers, ...numbers].map((n) => n + 1),
      )
      await thread.close()
    })

    it('refuses more values than a statement takes, and answers what comes next', async () => {
      const thread = open('lists.db')
      const list = (length: number) => ({
        sql: `select 1 as n where 1 in (${Array(length).fill('?')})`,
        parameters: Array<number>(length).fill(1),
        required: false,
      })
      assert.deepEqual((await thread.run(list(32_000))).rows, [{ n: 1 }])
      for (const length of [33_000, 200_000]) await assert.rejects(thread.run(list(length)), /too many SQL variables/)
      assert.deepEqual((await thread.run(ask('select 2 as n'))).rows, [{ n: 2 }])
      await thread.close()
    })

    it('answers what it was asked before it is closed, and refuses what comes later', async () => {
      const told: Error[] = []
      const thread = open('closing.db', told)
      const asked = Array.from({ length: 50 }, (_, n) => thread.run(ask('select ? as n', n)))
      const closed = [thread.close(), thread.close()]
      await assert.rejects(thread.run(ask('select 1')), /is closed/)
      await assert.rejects(thread.commit([]), /is closed/)
      assert.deepEqual(
        (await Promise.all(asked)).map(({ rows }) => rows[0]?.['n']),
        asked.map((_, n) => n),
      )
      await Promise.all(closed)
      assert.deepEqual(told, [])
    })

    it('rejects what waits, and its closing, when it dies while it is closed', async () => {
      const told: Error[] = []
      const thread = new SqliteThread({ file: join(folder, 'absent', 'closing.db') }, (error) => told.push(error))
      const asked = thread.run(ask('select 1'))
      const closed = thread.close()
      const outcomes = await Promise.allSettled([asked, closed, thread.close()])
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['rejected', 'rejected', 'rejected'],
      )
      assert.deepEqual(told, [])
    })
  })
})
