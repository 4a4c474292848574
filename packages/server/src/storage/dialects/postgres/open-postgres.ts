import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { bindable } from '../../bindable.ts'
import { LockedContent } from '../../content/locked-content.ts'
import type { Database, Statement } from '../../database.ts'
import { GroupCommit } from '../../group-commit.ts'
import { migrate } from '../../migrations/migrate.ts'
import type { Schema } from '../../schema.ts'
import { tellDurable } from '../../tell-durable.ts'
import { connectionSettings } from './connection-settings.ts'
import { EventPartitions } from './event-partitions.ts'
import { PooledByTransaction, poolsByTransaction } from './pools-by-transaction.ts'
import { PostgresEventDays } from './postgres-event-days.ts'
import { PostgresWriter, type PreparedUnit } from './postgres-writer.ts'
import { ReadingPool } from './reading-pool.ts'
import { scrubPostgres } from './scrub-postgres.ts'

const writerCount = 3
const marksKeptMs = 24 * 60 * 60 * 1000

function createPool(uri: string, max: number, onConnect?: (client: pg.ClientBase) => Promise<void>): pg.Pool {
  const pool = new pg.Pool({ ...connectionSettings(uri), max, ...(onConnect ? { onConnect } : {}) } as pg.PoolConfig)
  // An idle connection that the server ends is replaced by the next query; without a listener it would end the process.
  pool.on('error', () => {})
  return pool
}

/** Brings the schema up to date, and forgets the marks of writers that ended without a word. */
async function prepare(uri: string): Promise<void> {
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: createPool(uri, 1) }) })
  try {
    await migrate(kysely, 'postgres')
    await kysely
      .deleteFrom('commit_mark')
      .where('at', '<', Date.now() - marksKeptMs)
      .execute()
  } finally {
    await kysely.destroy()
  }
}

const readOnly = async (client: pg.ClientBase): Promise<void> => {
  await client.query('set default_transaction_read_only to on')
}

/** @throws TypeError when a parameter is of a kind that cannot be stored. */
const toUnit = (statements: readonly Statement[]): PreparedUnit =>
  statements.map(({ query, orElse }) => ({ text: query.sql, values: query.parameters.map(bindable), orElse }))

function hash(text: string): number {
  let value = 0
  for (let place = 0; place < text.length; place++) value = (Math.imul(value, 31) + text.charCodeAt(place)) >>> 0
  return value
}

/** Units of one lane always meet the same connection, which keeps their order; others go where the queue is shortest. */
function chooseWriter(writers: readonly GroupCommit<PreparedUnit>[], lane: string | undefined) {
  if (lane !== undefined) return writers[hash(lane) % writers.length]!
  return writers.reduce((best, other) => (other.waiting < best.waiting ? other : best))
}

/** Opens a PostgreSQL database: a pool that reads, and a few pipelined connections that share commits. @throws PooledByTransaction */
export async function openPostgres(target: { uri: string; poolSize?: number }): Promise<Database> {
  if (await poolsByTransaction(target.uri)) throw new PooledByTransaction()
  await prepare(target.uri)
  const partitions = new EventPartitions(target.uri)
  await partitions.prepare(Date.now())
  const pool = new ReadingPool(createPool(target.uri, target.poolSize ?? 10, readOnly))
  const query = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  const writers = Array.from({ length: writerCount }, () => new PostgresWriter(target.uri))
  const commits = writers.map((writer) => new GroupCommit<PreparedUnit>((units) => writer.apply(units)))
  await Promise.all(writers.map((writer) => writer.connect()))
  return {
    dialect: 'postgres',
    query,
    content: new LockedContent('postgres'),
    days: new PostgresEventDays(query, partitions),
    commit: async (unit, options) => tellDurable(unit, await chooseWriter(commits, options?.lane).submit(toUnit(unit))),
    settled: (lane) => chooseWriter(commits, lane).settled(),
    scrub: () => scrubPostgres(target.uri),
    ping: async () => void (await sql`select 1 from api_key limit 1`.execute(query)),
    close: async () => {
      await Promise.all(commits.map((commit) => commit.close()))
      await Promise.all(writers.map((writer) => writer.close()))
      await query.destroy()
    },
  }
}
