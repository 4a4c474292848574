import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { dayOf, startOfDay } from '../../event-days.ts'
import { isNeededBetween } from '../../needed-events.ts'
import type { Schema } from '../../schema.ts'
import { connectionSettings } from './connection-settings.ts'
import { isLockTimeout } from './postgres-error.ts'

/** Days, the last one not included. */
export interface DayRange {
  readonly from: number
  readonly to: number
}

type Partition = DayRange & { readonly name: string }

/** Upkeep makes the next ones every hour; a gateway may fail at it for so long. */
export const daysAhead = 3
/** Whoever writes waits behind somebody who waits for the lock. */
const lockTimeout = '100ms'
const dropAttempts = 20
const betweenAttemptsMs = 500
const devicesAtOnce = 500
/** For {@link holdDays}; it spells "swbe". */
const eventsLock = 0x73776265

/** Keeps {@link EventPartitions} from making and dropping partitions until the transaction ends. */
export const holdDays = sql`select pg_advisory_xact_lock_shared(${sql.lit(eventsLock)})`

/** `event_2026_03_29`, by the first of its days. */
const nameOf = (day: number): string =>
  `event_${new Date(startOfDay(day)).toISOString().slice(0, 10).replaceAll('-', '_')}`

/** The partitions of the event log: makes them ahead, and drops old ones. */
export class EventPartitions {
  readonly #uri: string
  /** All days that have a partition, as far as this process knows: others make more and drop some. */
  #range: DayRange = { from: 0, to: 0 }

  constructor(uri: string) {
    this.#uri = uri
  }

  get range(): DayRange {
    return this.#range
  }

  /** Makes what is missing from the newest partition until some days after `now`. Days that have passed without any become one partition. */
  async prepare(now: number): Promise<void> {
    await this.#connected(async (connection) => {
      let partitions = await listPartitions(connection)
      const today = dayOf(now)
      if (partitions.at(-1)!.to <= today + daysAhead) {
        await this.#make(connection, today)
        partitions = await listPartitions(connection)
      }
      this.#range = newestDays(partitions)
    })
  }

  async #make(connection: Kysely<Schema>, today: number): Promise<void> {
    await withLock(connection, async () => {
      // Another gateway may have made them meanwhile.
      let { to } = (await listPartitions(connection)).at(-1)!
      while (to <= today + daysAhead) {
        const end = Math.max(to + 1, today)
        // It is made by itself first: to attach it takes no lock that keeps anybody from writing.
        await sql`create table ${sql.id(nameOf(to))} (like event including defaults including constraints)`.execute(
          connection,
        )
        await sql`alter table event attach partition ${sql.id(nameOf(to))} for values from (${sql.lit(to)}) to (${sql.lit(end)})`.execute(
          connection,
        )
        to = end
      }
    })
  }

  /** See {@link EventDays.drop}. */
  async drop(before: number, signal?: AbortSignal): Promise<boolean> {
    return this.#connected(async (connection) => {
      const old = (await listPartitions(connection)).filter(({ from }) => startOfDay(from) < before)
      let left = 0
      for (const partition of old) {
        if (signal?.aborted) return false
        const isOld = startOfDay(partition.to) <= before
        if (!isOld || (await isNeeded(connection, partition))) left++
        else if (!(await this.#dropOne(connection, partition))) left++
      }
      this.#range = newestDays(await listPartitions(connection))
      return left > 0
    })
  }

  async #dropOne(connection: Kysely<Schema>, partition: Partition): Promise<boolean> {
    await notePruned(connection, partition)
    for (let attempt = 1; ; attempt++) {
      try {
        const isDropped = await withLock(connection, async () => {
          if (await isNeeded(connection, partition)) return false
          await sql`set local lock_timeout = ${sql.lit(lockTimeout)}`.execute(connection)
          await sql`drop table if exists ${sql.id(partition.name)}`.execute(connection)
          return true
        })
        await sql`delete from event_day where day < ${partition.to}`.execute(connection)
        return isDropped
      } catch (error) {
        if (!isLockTimeout(error) || attempt === dropAttempts) throw error
        await sleep(betweenAttemptsMs)
      }
    }
  }

  async #connected<Result>(run: (connection: Kysely<Schema>) => Promise<Result>): Promise<Result> {
    const pool = new pg.Pool({ ...connectionSettings(this.#uri), max: 1 } as pg.PoolConfig)
    pool.on('error', () => {})
    const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
    try {
      return await kysely.connection().execute(run)
    } finally {
      await kysely.destroy()
    }
  }
}

/** Runs in a transaction in which nobody else makes or drops partitions, or puts old events up for delivery. */
async function withLock<Result>(connection: Kysely<Schema>, run: () => Promise<Result>): Promise<Result> {
  await sql`begin`.execute(connection)
  try {
    await sql`select pg_advisory_xact_lock(${sql.lit(eventsLock)})`.execute(connection)
    const result = await run()
    await sql`commit`.execute(connection)
    return result
  } catch (error) {
    await sql`rollback`.execute(connection)
    throw error
  }
}

/** The partitions, the oldest first. */
async function listPartitions(connection: Kysely<Schema>): Promise<Partition[]> {
  const { rows } = await sql<{ name: string; bounds: string }>`
    select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bounds
    from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'event'::regclass`.execute(connection)
  return rows
    .map(({ name, bounds }) => {
      const [, from, to] = /FROM \('?(\d+)'?\) TO \('?(\d+)'?\)/.exec(bounds) ?? []
      return { name, from: Number(from), to: Number(to) }
    })
    .sort((one, other) => one.from - other.from)
}

/** Days without a gap between them: one of the old days may be needed longer than those behind it. */
const newestDays = (partitions: readonly Partition[]): DayRange =>
  partitions.reduce((range, { from, to }) => ({ from: from === range.to ? range.from : from, to }), { from: 0, to: 0 })

async function isNeeded(connection: Kysely<Schema>, range: DayRange): Promise<boolean> {
  const { rows } = await sql<{ needed: boolean }>`select ${isNeededBetween(range)} as needed`.execute(connection)
  return rows[0]!.needed
}

/** Who reads from a cursor in these days hears that they are gone, from before they are. */
async function notePruned(connection: Kysely<Schema>, { to }: DayRange): Promise<void> {
  const next = sql`(select min(n.first_seq) - 1 from event_day n where n.device_id = d.id and n.day >= ${to})`
  for (let after = ''; ; ) {
    const { rows } = await sql<{
      id: string
    }>`with page as (select id from device where id > ${after} order by id limit ${sql.lit(devicesAtOnce)}),
      old as (select d.id, case when d.event_day < ${to} then d.event_seq else ${next} end as last from device d join page on page.id = d.id),
      noted as (update device set events_pruned_to = old.last from old where device.id = old.id and events_pruned_to < old.last)
      select id from page order by id`.execute(connection)
    const last = rows.at(-1)
    if (!last) return
    after = last.id
  }
}
