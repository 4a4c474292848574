import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe } from 'node:test'
import pg from 'pg'
import type { Database } from '../database.ts'
import { type DatabaseTarget, openDatabase } from '../open-database.ts'
import { testCluster } from './embedded-postgres.ts'

/** Opens a fresh, empty, migrated database; or again the one of `target`. It is closed after the test, if the test did not. */
export type OpenTestDatabase = (target?: DatabaseTarget) => Promise<Database>
/** Names a database that nobody has opened yet. */
export type FreshTarget = () => Promise<DatabaseTarget>

const postgresTrouble: string | undefined = await testCluster().then(
  () => undefined,
  (error: unknown) => `PostgreSQL cannot start here: ${error instanceof Error ? error.message : String(error)}`,
)
if (postgresTrouble) console.error(`${postgresTrouble}. Its half of the store contracts is skipped.`)

let lastNumber = 0

async function freshPostgres(): Promise<DatabaseTarget> {
  const cluster = await testCluster()
  const name = `test_${process.pid}_${++lastNumber}`
  const client = new pg.Client({ connectionString: cluster.uri('postgres') })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return { type: 'postgres', uri: cluster.uri(name), poolSize: 4 }
}

/** Runs a store contract on a real SQLite and on a real PostgreSQL. Call it at the top of a test file or inside a `describe`. */
export function withDatabases(contract: (open: OpenTestDatabase, freshTarget: FreshTarget) => void): void {
  describe('on SQLite', () => {
    const folders: string[] = []
    const fresh: FreshTarget = async () => {
      const folder = mkdtempSync(join(tmpdir(), 'switchboard-sqlite-'))
      folders.push(folder)
      return { type: 'sqlite', file: join(folder, 'test.db') }
    }
    contract(tracked(fresh), fresh)
    afterEach(() => {
      for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
    })
  })
  withPostgres('on PostgreSQL', contract)
}

/** The same for what concerns PostgreSQL alone. */
export function withPostgres(name: string, contract: (open: OpenTestDatabase, freshTarget: FreshTarget) => void): void {
  describe(name, { skip: postgresTrouble ?? false }, () => contract(tracked(freshPostgres), freshPostgres))
}

function tracked(fresh: FreshTarget): OpenTestDatabase {
  const opened: Database[] = []
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close()
  })
  return async (target) => {
    const database = await openDatabase(target ?? (await fresh()))
    opened.push(database)
    return database
  }
}
