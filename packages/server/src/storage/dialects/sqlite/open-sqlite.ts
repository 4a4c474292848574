import { existsSync } from 'node:fs'
import { Kysely, sql } from 'kysely'
import { LockedContent } from '../../content/locked-content.ts'
import type { Database, Statement } from '../../database.ts'
import { GroupCommit, type UnitOutcome } from '../../group-commit.ts'
import { migrate } from '../../migrations/migrate.ts'
import type { Schema } from '../../schema.ts'
import { tellDurable } from '../../tell-durable.ts'
import { makePrivateFile, unitsOf } from './private-file.ts'
import type { ThreadGuest, ThreadOutcome } from './protocol.ts'
import { scrubSqlite } from './scrub-sqlite.ts'
import { createSqliteDialect } from './sqlite-dialect.ts'
import { sqliteError } from './sqlite-error.ts'
import { SqliteThread } from './sqlite-thread.ts'
import { type BoundStatement, toThreadStatement } from './thread-statement.ts'

export interface SqliteOptions {
  /** The storage thread died after it was open: what was pending rejected, and nothing can be stored any more. The process should log and exit. */
  readonly onFatal?: (error: Error) => void
  /** Called before it is open when changes that were answered are missing: a gateway was killed and its file `-units` is gone, or a running one was copied. */
  readonly onIncomplete?: () => void
  /** Lives in the storage thread. */
  readonly guest?: ThreadGuest
}

function toOutcome(unit: readonly Statement[], outcome: ThreadOutcome | undefined): UnitOutcome {
  if (!outcome) return { error: new Error('The storage thread gave no outcome') }
  if ('results' in outcome) return { results: outcome.results }
  if ('error' in outcome) return { error: sqliteError(outcome.error) }
  const orElse = unit[outcome.missedAt]?.orElse
  return { error: orElse ? orElse() : new Error('A required statement touched no row') }
}

interface Unit {
  readonly statements: readonly Statement[]
  readonly bound: readonly BoundStatement[]
}

/** @throws TypeError when a parameter is of a kind that cannot be stored. */
const toUnit = (statements: readonly Statement[]): Unit => ({
  statements,
  bound: statements.map(({ query, orElse }) => toThreadStatement(query, orElse !== undefined)),
})

async function applyUnits(thread: SqliteThread, units: readonly Unit[]): Promise<UnitOutcome[]> {
  const outcomes = await thread.commit(units.map(({ bound }) => bound))
  return units.map(({ statements }, place) => toOutcome(statements, outcomes[place]))
}

/** Whether the database names a log that is not there: it ends before the last changes that were answered. */
async function lacksLog(thread: SqliteThread, file: string): Promise<boolean> {
  const { rows } = await thread.run({ sql: 'pragma user_version', parameters: [], required: false })
  return rows[0]?.['user_version'] !== 0 && !existsSync(unitsOf(file))
}

/** Opens (or creates, mode 0600) a SQLite file, in a thread of its own. */
export async function openSqlite(file: string, { onFatal, onIncomplete, guest }: SqliteOptions): Promise<Database> {
  const real = makePrivateFile(file)
  // Until it is open, the caller learns of a failure by the rejection alone.
  let opened = false
  const onEnd = (error: Error) => {
    if (opened) onFatal?.(error)
  }
  const thread = new SqliteThread({ file: real, ...(guest && { guest }) }, onEnd)
  try {
    if (await lacksLog(thread, real)) onIncomplete?.()
    await migrate(new Kysely<Schema>({ dialect: createSqliteDialect(thread, { mayChange: true }) }), 'sqlite')
  } catch (error) {
    await thread.close().catch(() => {})
    throw error
  }
  opened = true
  const query = new Kysely<Schema>({ dialect: createSqliteDialect(thread) })
  const commits = new GroupCommit<Unit>((units) => applyUnits(thread, units))
  return {
    dialect: 'sqlite',
    days: undefined,
    query,
    content: new LockedContent('sqlite'),
    commit: async (unit) => tellDurable(unit, await commits.submit(toUnit(unit))),
    settled: () => commits.settled(),
    scrub: (needles) => scrubSqlite(real, (rewrite) => thread.clean(rewrite), needles),
    ping: async () => void (await sql`select 1 from api_key limit 1`.execute(query)),
    close: async () => {
      await commits.close()
      await thread.close()
    },
  }
}
