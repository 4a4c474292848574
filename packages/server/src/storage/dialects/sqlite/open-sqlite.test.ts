import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { sql } from 'kysely'
import { openDatabase } from '../../open-database.ts'
import type { StorageError } from '../../storage-error.ts'
import { sampleApiKey } from '../../testing/sample-rows.ts'
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

  it('waits for the disk at each commit, and checks references', async () => {
    const database = await openDatabase({ type: 'sqlite', file: join(folder, 'full.db') })
    const pragma = async (name: string) =>
      (await database.commit([{ query: sql`pragma ${sql.raw(name)}`.compile(database.query) }]))[0]?.rows[0]?.[name]
    assert.equal(await pragma('synchronous'), 2)
    assert.equal(await pragma('journal_mode'), 'wal')
    assert.equal(await pragma('foreign_keys'), 1)
    await database.close()
  })

  it('says what is wrong when the file is no database', async () => {
    const file = join(folder, 'broken.db')
    writeFileSync(file, 'this is a letter and no database, long enough to have a header '.repeat(40))
    await assert.rejects(openDatabase({ type: 'sqlite', file }), /not a database/)
  })

  it('rejects what waits, once and for all, when its thread dies, and tells of it', async () => {
    const told: Error[] = []
    const thread = new SqliteThread({ file: join(folder, 'absent', 'nowhere.db'), readOnly: true }, (error) =>
      told.push(error),
    )
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
})
