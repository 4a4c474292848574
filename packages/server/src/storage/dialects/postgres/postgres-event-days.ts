import { type CompiledQuery, type Kysely, sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import { atMost } from '../../../at-most.ts'
import { dayOf, type EventDays } from '../../event-days.ts'
import type { Schema } from '../../schema.ts'
import { daysAhead, type EventPartitions, holdDays } from './event-partitions.ts'

interface KnownDay {
  readonly day: number
  readonly firstSeq: number
}

const devicesRemembered = 20_000

/** See {@link EventDays}. */
export class PostgresEventDays implements EventDays {
  readonly #query: Kysely<Schema>
  readonly #partitions: EventPartitions
  /** Of each device the newest day that was seen. It stays true: later events are of this day or a later one. */
  readonly #newest = new LRUCache<string, KnownDay>({ ...atMost(devicesRemembered) })

  readonly hold: CompiledQuery

  constructor(query: Kysely<Schema>, partitions: EventPartitions) {
    this.#query = query
    this.#partitions = partitions
    this.hold = holdDays.compile(query)
  }

  /** A clock that is wrong must not refuse events: the nearest day that has a partition takes them. */
  dayFor(at: number): number {
    const { from, to } = this.#partitions.range
    return Math.max(from, Math.min(dayOf(at), to - 1))
  }

  async firstDay(deviceId: string, seq: number): Promise<number> {
    const known = this.#newest.get(deviceId)
    // Looking at a day in vain costs less than asking which one it is.
    if (known && seq >= known.firstSeq && dayOf(Date.now()) - known.day <= 1) return known.day
    const { rows } = await sql<{ day: number; first_seq: number }>`select day, first_seq from event_day
      where device_id = ${deviceId} and first_seq <= ${seq} order by first_seq desc limit 1`.execute(this.#query)
    const [row] = rows
    if (!row) return 0
    const found = { day: row.day, firstSeq: Number(row.first_seq) }
    if (!known || known.firstSeq < found.firstSeq) this.#newest.set(deviceId, found)
    return found.day
  }

  isRecent(day: number): boolean {
    return this.#partitions.range.to - day <= daysAhead + 2
  }

  prepare(now: number): Promise<void> {
    return this.#partitions.prepare(now)
  }

  drop(before: number, signal?: AbortSignal): Promise<boolean> {
    return this.#partitions.drop(before, signal)
  }
}
