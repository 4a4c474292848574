import assert from 'node:assert/strict'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, it } from 'node:test'
import { LoggedWriter } from './logged-writer.ts'
import type { ThreadStatement } from './protocol.ts'
import { StatementCache } from './statement-cache.ts'
import { UnitLog } from './unit-log.ts'

const insert = 'insert into t (n, bytes) values (?, ?)'
const texts = [insert, 'update t set n = n + 1 where n = ?', 'select n from t where n = ?']

/** A database with a table, and what writes it, in this thread. */
function open(file: string, mostPages?: number) {
  const database = new DatabaseSync(file)
  database.exec(
    'pragma journal_mode = wal; create table if not exists t (id integer primary key autoincrement, n integer, bytes blob)',
  )
  if (mostPages !== undefined) database.exec(`pragma max_page_count = ${mostPages}`)
  const cache = new StatementCache(database)
  const statement = (id: number, ...parameters: ThreadStatement['parameters']): ThreadStatement => ({
    ...{ id, sql: texts[id]!, parameters, required: id > 0 },
  })
  cache.learn({ id: 0, kind: 'commit', units: [texts.map((_, id) => statement(id))] })
  const writer = new LoggedWriter(database, cache, new UnitLog(`${file}-units`))
  writer.resume()
  const numbers = () => {
    writer.restore()
    return database
      .prepare('select n from t order by id')
      .all()
      .map(({ n }) => n)
  }
  const add = (n: number, size = 8) => writer.apply([[statement(0, n, new Uint8Array(size))]])
  const name = () => database.prepare('pragma user_version').get()!['user_version']
  return { database, writer, statement, numbers, add, name }
}

describe('units that are logged before their pages are written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-writer-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** The files as a process leaves them that dies now. */
  function crash(file: string, copy: string): string {
    const to = join(folder, copy)
    for (const part of ['', '-wal', '-units']) {
      rmSync(to + part, { force: true })
      if (existsSync(file + part)) copyFileSync(file + part, to + part)
    }
    return to
  }

  it('are all there after a crash at any time, those that failed not', () => {
    const file = join(folder, 'crash.db')
    const { writer, statement, numbers, database } = open(file)
    for (let n = 0; n < 60; n++) {
      const outcomes = writer.apply([
        [statement(0, n, new Uint8Array(n * 50))],
        [statement(0, -1, null), statement(2, 12_345)],
        ...(n % 3 === 0 ? [[statement(2, n), statement(1, n)]] : []),
      ])
      assert.ok('results' in outcomes[0]! && 'missedAt' in outcomes[1]!)
      if (n % 20 === 13) writer.flush()
      const restarted = open(crash(file, 'restarted.db'))
      assert.deepEqual(restarted.numbers(), numbers(), `after unit ${n}`)
      // A process that takes over, and dies too, leaves the same.
      restarted.add(1_000)
      const again = open(crash(join(folder, 'restarted.db'), 'again.db'))
      assert.deepEqual(again.numbers(), [...numbers(), 1_000])
      again.database.close()
      restarted.database.close()
    }
    writer.close()
    database.close()
    assert.equal(statSync(`${file}-units`).size, 0, 'all is in the database')
  })

  it('change no page until they are flushed', () => {
    const file = join(folder, 'pages.db')
    const { writer, add, database } = open(file)
    add(0)
    writer.flush()
    const { size } = statSync(`${file}-wal`)
    for (let n = 1; n < 100; n++) add(n)
    assert.equal(statSync(`${file}-wal`).size, size)
    writer.flush()
    assert.ok(statSync(`${file}-wal`).size > size)
    database.close()
  })

  it('are refused when the log takes nothing, and taken when it does again', () => {
    const file = join(folder, 'refused.db')
    const { add, numbers, database } = open(file)
    mkdirSync(`${file}-units`)
    assert.throws(() => add(1), { errcode: 10 })
    assert.deepEqual(numbers(), [])
    rmdirSync(`${file}-units`)
    add(2)
    assert.deepEqual(numbers(), [2])
    database.close()
  })

  it('survive a transaction that the database ends by itself', () => {
    const file = join(folder, 'full.db')
    const { writer, database, add, numbers } = open(file)
    add(1)
    writer.flush()
    add(2)
    const { page_count: pages } = database.prepare('pragma page_count').get() as { page_count: number }
    database.exec(`pragma max_page_count = ${pages + 2}`)
    assert.throws(() => add(3, 100_000), { errcode: 13 })
    assert.equal(database.isTransaction, false, 'else this test says nothing')
    assert.deepEqual(numbers(), [1, 2])
    assert.throws(() => add(3, 100_000), { errcode: 13 })
    database.exec('pragma max_page_count = 100000')
    add(4)
    assert.deepEqual(numbers(), [1, 2, 4])
    assert.deepEqual(open(crash(file, 'restarted.db')).numbers(), [1, 2, 4])
    database.close()
  })

  it('wait in the log while a start finds no room for their pages', () => {
    const file = join(folder, 'late.db')
    const { writer, database, add } = open(file)
    add(1)
    writer.flush()
    add(2, 100_000)
    const { page_count: pages } = database.prepare('pragma page_count').get() as { page_count: number }
    const restarted = open(crash(file, 'full-start.db'), pages - 5)
    assert.throws(() => restarted.add(3), { errcode: 13 })
    restarted.database.exec('pragma max_page_count = 100000')
    assert.deepEqual(restarted.numbers(), [1, 2])
    restarted.writer.flush()
    restarted.add(4)
    assert.deepEqual(restarted.numbers(), [1, 2, 4])
    restarted.database.close()
    database.close()
  })

  it('are seen by the next process that has the database, after this one has flushed them', () => {
    const file = join(folder, 'two.db')
    const one = open(file)
    one.add(1)
    one.writer.flush()
    const other = open(file)
    other.add(2)
    other.writer.flush()
    one.add(3)
    one.writer.flush()
    assert.deepEqual(other.numbers(), [1, 2, 3])
    other.writer.close()
    one.add(4)
    assert.deepEqual(open(crash(file, 'restarted.db')).numbers(), [1, 2, 3, 4])
    one.database.close()
    other.database.close()
  })

  for (const [how, act, expected] of [
    ['closes', ({ writer }: ReturnType<typeof open>) => writer.close(), [1, 2]],
    ['changes something', ({ add }: ReturnType<typeof open>) => add(3), [1, 2, 3]],
  ] as const) {
    it(`are not lost of a process that died, when one that had the database before it ${how}`, () => {
      const file = join(folder, `late-${expected.length}.db`)
      const one = open(file)
      one.add(1)
      one.writer.flush()
      const other = open(file)
      other.add(2)
      // As when it dies: what is not committed is gone.
      other.database.close()
      act(one)
      const restarted = open(crash(file, 'restarted.db'))
      assert.deepEqual(restarted.numbers(), expected)
      restarted.database.close()
      one.database.close()
    })
  }

  it('have a file before the database names their log', () => {
    const file = join(folder, 'named.db')
    const { writer, statement, name, database } = open(file)
    assert.equal(name(), 0)
    mkdirSync(`${file}-units`)
    assert.throws(() => writer.apply([[statement(2, 1)]]), { errcode: 10 })
    assert.equal(name(), 0)
    rmdirSync(`${file}-units`)
    writer.apply([[statement(2, 1)]])
    assert.notEqual(name(), 0)
    assert.ok(existsSync(`${file}-units`))
    database.close()
  })

  it('leave a database that names no log, when all of them are in it and nothing else', () => {
    const file = join(folder, 'closed.db')
    const { writer, add, name, numbers, database } = open(file)
    add(1)
    writer.flush()
    assert.notEqual(name(), 0)
    add(2)
    const inLog = readFileSync(`${file}-units`)
    writer.close()
    assert.equal(name(), 0)
    // As after a crash before the log was emptied, on a disk that lost that.
    writeFileSync(`${file}-units`, inLog)
    for (const crashed of ['once.db', 'twice.db']) {
      const restarted = open(crash(file, crashed))
      assert.deepEqual(restarted.numbers(), numbers())
      restarted.add(3)
      const again = open(crash(join(folder, crashed), 'again.db'))
      assert.deepEqual(again.numbers(), [1, 2, 3])
      again.database.close()
      restarted.database.close()
    }
    database.close()
  })

  it('keep the name of their log when a close finds no room for their pages', () => {
    const file = join(folder, 'full-close.db')
    const { writer, add, name, database } = open(file)
    add(1)
    writer.flush()
    add(2, 100_000)
    const { page_count: pages } = database.prepare('pragma page_count').get() as { page_count: number }
    const restarted = open(crash(file, 'full-restart.db'), pages - 5)
    restarted.writer.close()
    restarted.database.close()
    assert.notEqual(name(), 0)
    const { numbers, name: named, database: last } = open(join(folder, 'full-restart.db'))
    assert.deepEqual(numbers(), [1, 2])
    assert.notEqual(named(), 0)
    last.close()
    database.close()
  })

  it('are not mixed up with a log that belonged to another database', () => {
    const file = join(folder, 'swapped.db')
    const old = open(file)
    old.add(1)
    crash(file, 'elsewhere.db')
    old.database.close()
    for (const part of ['', '-wal', '-shm']) rmSync(file + part, { force: true })
    const { numbers, database } = open(file)
    assert.deepEqual(numbers(), [])
    database.close()
  })
})
