import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { sql } from 'kysely'
import type { DatabaseTarget } from '../storage/open-database.ts'
import { withDatabases, withPostgres } from '../storage/testing/with-databases.ts'
import { openStore } from './open-store.ts'

const complaint = async (target: DatabaseTarget): Promise<string> => {
  const outcome = await openStore(target, {}).catch((error: Error) => error)
  assert.ok(outcome instanceof Error, 'it was opened')
  assert.equal(outcome.name, 'ConfigError', outcome.stack)
  assert.match(outcome.message, /^WHATSAPP_DATASTORE_URI[^\n]+$/)
  return outcome.message
}

describe('openStore', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-store-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const sqlite = (name: string): DatabaseTarget => ({ type: 'sqlite', file: path.join(folder, name) })

  it('says in one line why an SQLite file cannot be used', async () => {
    writeFileSync(path.join(folder, 'letter.db'), 'this is a letter and no database '.repeat(100))
    mkdirSync(path.join(folder, 'folder.db'))
    assert.match(await complaint(sqlite('letter.db')), /letter\.db": it cannot be used \(.*not a database\)/)
    assert.match(await complaint(sqlite('folder.db')), /EISDIR/)
  })

  it('says so of a file that may not be written', { skip: process.getuid?.() === 0 }, async () => {
    writeFileSync(path.join(folder, 'locked.db'), '')
    chmodSync(path.join(folder, 'locked.db'), 0o400)
    assert.match(await complaint(sqlite('locked.db')), /EACCES/)
  })

  withDatabases((open, freshTarget) => {
    it('says so of a database that a newer version has written, and of one that is somebody else’s', async () => {
      const newer = await freshTarget()
      const database = await open(newer)
      const later = sql`insert into schema_migration (number, name, applied_at) values (999, 'later', 0)`
      await database.commit([{ query: later.compile(database.query) }])
      await database.close()
      assert.match(await complaint(newer), /newer version \(schema 999/)

      const foreign = await freshTarget()
      const theirs = await open(foreign)
      await theirs.commit([{ query: sql`drop table schema_migration`.compile(theirs.query) }])
      await theirs.close()
      assert.match(await complaint(foreign), /already exists/)
    })
  })

  withPostgres('with PostgreSQL', (open, freshTarget) => {
    it('says what the server refuses, or that there is none, and never a password', async () => {
      const { uri } = (await freshTarget()) as { uri: string }
      const absent = uri.replace(/[^/]+$/, 'absent').replace('postgres@', 'postgres:hunter2@')
      assert.match(
        await complaint({ type: 'postgres', uri: absent }),
        /refuses: database "absent" does not exist \(3D000\)\. Create the database, or name another one in the URI$/,
      )
      const nobody = 'postgres://u:hunter2@127.0.0.1:1/x'
      assert.match(await complaint({ type: 'postgres', uri: nobody }), /does not answer \(ECONNREFUSED\)$/)
      const broken = 'postgres://u:hunter2@[::/x'
      assert.ok(!(await complaint({ type: 'postgres', uri: broken })).includes('hunter2'))
      const unescaped = await complaint({ type: 'postgres', uri: 'postgres://u:hunter2#x@127.0.0.1:1/x' })
      assert.match(unescaped, /this is not a URL\. In a password, .* %23 for #/)
      assert.ok(!unescaped.includes('hunter2'))
    })

    it('says what to do about a user that may not create tables', async () => {
      const target = await freshTarget()
      const { uri } = target as { uri: string }
      const database = await open(target)
      const name = `guest_${process.pid}`
      for (const text of [`create role ${name} login`, 'drop table schema_migration']) {
        await database.commit([{ query: sql.raw(text).compile(database.query) }])
      }
      await database.close()
      const guest = uri.replace('postgres@', `${name}@`)
      assert.match(
        await complaint({ type: 'postgres', uri: guest }),
        /permission denied .* \(42501\)\. Let this user connect/,
      )
    })
  })
})
