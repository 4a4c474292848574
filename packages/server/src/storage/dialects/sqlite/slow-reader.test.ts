import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { openDatabase } from '../../open-database.ts'
import { sampleApiKey } from '../../testing/sample-rows.ts'

const nameBytes = 3_000
const unitsAtOnce = 500
const rounds = 40
/** The log is used again from 16 MiB on; the last units may come in behind that. */
const mostBytes = 24 * 2 ** 20

describe('a slow reader of a SQLite database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-slow-reader-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('keeps no statement open, so that the log of the database is used again and does not grow behind it', async () => {
    const file = join(folder, 'switchboard.db')
    const database = await openDatabase({ type: 'sqlite', file })
    after(() => database.close())
    const insertMany = () =>
      Promise.all(
        Array.from({ length: unitsAtOnce }, () => {
          const values = sampleApiKey({ customer_name: 'x'.repeat(nameBytes) })
          return database.commit([{ query: database.query.insertInto('api_key').values(values).compile() }])
        }),
      )
    await insertMany()
    const reader = database.query.selectFrom('api_key').select('customer_name').stream(1)[Symbol.asyncIterator]()
    assert.equal((await reader.next()).value?.customer_name.length, nameBytes)
    for (let round = 0; round < rounds; round++) await insertMany()
    const written = rounds * unitsAtOnce * nameBytes
    assert.ok(written > 2 * mostBytes)
    const { size } = statSync(`${file}-wal`)
    assert.ok(size < mostBytes, `the log has ${size} bytes after ${written} were written`)
    let rows = 1
    while (!(await reader.next()).done) rows++
    assert.equal(rows, unitsAtOnce, 'the reader sees what was there when it asked')
  })
})
