import { type RawBuilder, sql } from 'kysely'
import { AppError } from '../errors/app-error.ts'
import type { Database, Statement } from './database.ts'
import { isLastPage, type StoredEvent, toStoredEvent } from './event-store.ts'
import { octets, pageBytes, rowsWithin } from './page-size.ts'
import type { EventTable } from './schema.ts'
import { keyScope } from './scope.ts'

/** An event with its place in the log of its API key. */
export interface PositionedEvent extends StoredEvent {
  readonly position: number
}

/** One log for all devices of an API key, over the logs of the devices: an event stays one row. Positions are given to runs of events that are durable, one
 *  after the other under a lock, so that no position ever appears before one that was seen; nothing is written for keys without a reader. */
export class KeyLogStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Gives positions to what was appended since the last time, in the order of each device.
   *  @param devices the only ones with something new, when that is known. @throws AppError unauthorized when the key is gone */
  async number(apiKeyId: number, devices?: readonly string[]): Promise<void> {
    await this.#database.commit(this.#numbering(apiKeyId, devices), { lane: keyScope(apiKeyId) })
  }

  #numbering(apiKeyId: number, devices: readonly string[] | undefined): Statement[] {
    const { query } = this.#database
    const numbered = sql`coalesce(n.numbered_to, 0)`
    const from = sql`case when ${numbered} < d.events_pruned_to then d.events_pruned_to else ${numbered} end`
    const some = devices ? sql`and d.id in (${sql.join([...devices])})` : sql``
    // What is being deleted just now is waited for, and then left out instead of failing the unit.
    const held = (table: string) =>
      this.#database.dialect === 'postgres' ? sql.raw(`for key share of ${table}`) : sql``
    const open = sql`insert into key_log (api_key_id, last, pruned_to)
      select k.id, 0, 0 from api_key k where k.id = ${apiKeyId} ${held('k')} on conflict (api_key_id) do nothing`
    // Whoever else numbers this log waits from here on, and sees what was done.
    const hold = sql`update key_log set last = last where api_key_id = ${apiKeyId}`
    const day = this.#database.days
      ? sql`coalesce((select max(y.day) from event_day y where y.device_id = id and y.first_seq <= seen + 1), 0)`
      : sql.lit(0)
    const add = sql`insert into key_log_run (api_key_id, first_position, device_id, first_seq, last_seq, day)
      select api_key_id, last + 1 + coalesce(sum(event_seq - seen) over (order by id rows between unbounded preceding and 1 preceding), 0),
        id, seen + 1, event_seq, ${day}
      from (select l.api_key_id, l.last, d.id, d.event_seq, ${from} as seen
        from key_log l join device d on d.api_key_id = l.api_key_id left join key_log_device n on n.device_id = d.id
        where l.api_key_id = ${apiKeyId} ${some} ${held('d')}) as news
      where event_seq > seen`
    const fresh = sql`key_log_run.api_key_id = ${apiKeyId}
      and key_log_run.first_position > (select l.last from key_log l where l.api_key_id = ${apiKeyId})`
    const note = sql`insert into key_log_device (device_id, numbered_to)
      select device_id, max(last_seq) from key_log_run where ${fresh} group by device_id
      on conflict (device_id) do update set numbered_to = excluded.numbered_to`
    const advance = sql`update key_log
      set last = (select max(first_position + last_seq - first_seq) from key_log_run where ${fresh})
      where api_key_id = ${apiKeyId} and exists (select 1 from key_log_run where ${fresh})`
    return [
      { query: open.compile(query) },
      { query: hold.compile(query), orElse: () => new AppError('unauthorized') },
      ...[add, note, advance].map((part) => ({ query: part.compile(query) })),
    ]
  }

  /** `last`: the last position given out. `prunedTo`: up to this one events were deleted because of their age. Both 0 at the beginning. */
  async bounds(apiKeyId: number): Promise<{ prunedTo: number; last: number }> {
    const { query } = this.#database
    const row = await query
      .selectFrom('key_log')
      .select(['last', 'pruned_to'])
      .where('api_key_id', '=', apiKeyId)
      .executeTakeFirst()
    return { prunedTo: Number(row?.pruned_to ?? 0), last: Number(row?.last ?? 0) }
  }

  /** A page of the events behind a position, in order. It ends after `limit` events or {@link pageBytes}. */
  async read(
    apiKeyId: number,
    options: { after: number; types?: readonly string[]; limit: number; bytes?: number },
  ): Promise<{ events: PositionedEvent[]; isLast: boolean }> {
    const { after, types, limit, bytes = pageBytes } = options
    const wanted = types?.length ? sql`and e.type in (${sql.join([...types])})` : sql``
    const within = this.#database.days ? await this.#withinDays(apiKeyId, after, limit) : sql``
    // One lower bound of `seq`, so that the middle of a long run is found by the index.
    const page = (columns: RawBuilder<unknown>, most: RawBuilder<unknown>) => sql<EventTable & { position: number }>`
      select ${columns}, r.first_position + e.seq - r.first_seq as position
      from key_log_run r join event e on e.device_id = r.device_id and e.seq <= r.last_seq and e.seq >= case
        when r.first_position > ${after} then r.first_seq else cast(${after} as bigint) + 1 - r.first_position + r.first_seq end
      where r.api_key_id = ${apiKeyId} and r.first_position >= ${beginning(apiKeyId, after)} ${within} ${wanted}
      order by r.first_position, e.seq limit ${most}`
    const sizes = page(sql`${octets('e.payload')} as size`, sql`${limit}`)
    const { rows } = await page(sql`e.*`, rowsWithin(sizes, sql`position`, bytes)).execute(this.#database.query)
    const isLast = isLastPage(rows, { limit, bytes })
    const opened = await this.#database.content.opened('event', rows)
    return { events: opened.map((row) => ({ ...toStoredEvent(row), position: Number(row.position) })), isLast }
  }

  /** The partitions that a page may have events in, by the runs that it is made of: each has one event at least. Those that are added meanwhile are not for it. */
  async #withinDays(apiKeyId: number, after: number, limit: number): Promise<RawBuilder<unknown>> {
    const { rows } = await sql<Record<'last' | 'day', number | null>>`
      select max(first_position) as last, min(day) as day from (
        select first_position, day from key_log_run
        where api_key_id = ${apiKeyId} and first_position >= ${beginning(apiKeyId, after)}
        order by first_position limit ${limit + 1}) as some_runs`.execute(this.#database.query)
    const { last, day } = rows[0]!
    return sql`and r.first_position <= ${last ?? 0} and e.day >= ${day ?? 0}`
  }

  /** API keys with such a log. */
  async keys(): Promise<number[]> {
    const rows = await this.#database.query.selectFrom('key_log').select('api_key_id').execute()
    return rows.map((row) => Number(row.api_key_id))
  }

  /** Forgets the positions of events that were deleted because of their age. */
  async prune(apiKeyId: number): Promise<void> {
    const { query } = this.#database
    const pruned = sql`(select events_pruned_to from device where device.id = key_log_run.device_id)`
    const due = sql`select 1 from key_log_run where api_key_id = ${apiKeyId} and first_seq <= ${pruned} limit 1`
    if ((await due.execute(query)).rows.length === 0) return
    const remove = sql`delete from key_log_run where api_key_id = ${apiKeyId} and last_seq <= ${pruned}`
    const shorten = sql`update key_log_run set first_position = first_position + ${pruned} + 1 - first_seq, first_seq = ${pruned} + 1
      where api_key_id = ${apiKeyId} and first_seq <= ${pruned}`
    const begin = sql`coalesce((select min(first_position) - 1 from key_log_run r where r.api_key_id = ${apiKeyId}), last)`
    const note = sql`update key_log set pruned_to = ${begin} where api_key_id = ${apiKeyId} and pruned_to < ${begin}`
    const unit = [remove, shorten, note].map((part) => ({ query: part.compile(query) }))
    await this.#database.commit(unit, { lane: keyScope(apiKeyId) })
  }
}

/** The first run that has something behind a position. */
const beginning = (apiKeyId: number, after: number) => sql`coalesce((select max(b.first_position) from key_log_run b
  where b.api_key_id = ${apiKeyId} and b.first_position <= cast(${after} as bigint) + 1), 0)`

/** Numbers every log of an API key that has been asked for, so that it is in the order of time also while nobody reads it. */
export async function numberKeyLogs(database: Database, signal?: AbortSignal): Promise<void> {
  const store = new KeyLogStore(database)
  for (const apiKeyId of await store.keys()) {
    if (signal?.aborted) return
    // The key may have been deleted in between.
    await store.number(apiKeyId).catch((error) => {
      if (!(error instanceof AppError)) throw error
    })
  }
}

/** Follows {@link pruneEvents} in every log of an API key. */
export async function pruneKeyLogs(database: Database, signal?: AbortSignal): Promise<void> {
  const store = new KeyLogStore(database)
  for (const apiKeyId of await store.keys()) {
    if (signal?.aborted) return
    await store.prune(apiKeyId)
  }
}
