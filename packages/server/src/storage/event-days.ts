import { type CompiledQuery, type RawBuilder, sql } from 'kysely'

const dayMs = 24 * 60 * 60 * 1000

/** Days are counted from 1970, in UTC. */
export const dayOf = (at: number): number => Math.floor(at / dayMs)
export const startOfDay = (day: number): number => day * dayMs

/** How PostgreSQL has the event log: a partition for each day. The day of an event is never before that of the one in front of it in the log of its device,
 *  whatever clocks say: whoever reads in order reads one partition after the other. */
export interface EventDays {
  /** The day on which something of this instant is logged: one that has a partition. */
  dayFor(at: number): number
  /** A day that no event of a device from `seq` on is before. */
  firstDay(deviceId: string, seq: number): Promise<number>
  /** Whether hardly any day is behind it. */
  isRecent(day: number): boolean
  /** First statement of a unit that puts events up for delivery again: no day is dropped while it runs. */
  readonly hold: CompiledQuery
  /** Makes partitions for the days that come. */
  prepare(now: number): Promise<void>
  /** Drops the partitions of which everything is older than an instant and nothing is needed. Answers whether something so old may be left.
   *  @throws when the log is so busy that a partition could not be dropped */
  drop(before: number, signal?: AbortSignal): Promise<boolean>
}

/** A database, or what else knows them. */
interface Days {
  readonly days?: EventDays | undefined
}

/** The order of events `e` of one device. */
export const eventOrder = ({ days }: Days, way: 'asc' | 'desc' = 'asc'): RawBuilder<unknown> =>
  sql.raw(days ? `e.day ${way}, e.seq ${way}` : `e.seq ${way}`)

/** Lets a statement look at no partition that has nothing of what it wants: events `e` from a day on. */
export const fromDay = ({ days }: Days, day: unknown): RawBuilder<unknown> => (days ? sql`and e.day >= ${day}` : sql``)

/** The same for some days, `to` included. */
export const inDays = (
  database: Days,
  { from, to }: { readonly from: number; readonly to?: number },
): RawBuilder<unknown> => sql`${fromDay(database, from)} ${to === undefined ? sql`` : sql`and e.day <= ${to}`}`

/** See {@link EventDays.firstDay}; without days it is 0. */
export const firstDay = async ({ days }: Days, deviceId: string, seq: number): Promise<number> =>
  days ? days.firstDay(deviceId, seq) : 0
