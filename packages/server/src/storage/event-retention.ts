import { sql } from 'kysely'
import { type Cutoffs, devicesWithCutoff, oldForAll, toCutoffs } from './cutoffs.ts'
import type { Database, Statement } from './database.ts'
import { noEnd } from './delivery-spans.ts'
import { eventOrder } from './event-days.ts'
import { isNeeded } from './needed-events.ts'

const eventsAtOnce = 500

/** Deletes what is old from every event log: whole days at once where the log is cut by day and they are old for everybody, and the rest in small steps, so
 *  that nobody waits long. An event stays as long as a webhook needs it. Numbers continue where they were. @param signal ends it after the current step */
export async function pruneEvents(database: Database, given: number | Cutoffs, signal?: AbortSignal): Promise<void> {
  const cutoffs = toCutoffs(given)
  const old = oldForAll(cutoffs)
  const isLeft = !database.days || old === undefined || (await database.days.drop(old, signal))
  // Days that were dropped had everything that is old for those without a time of their own.
  if (!isLeft && cutoffs.own.size === 0) return
  for await (const { id, before } of devicesWithCutoff(database, cutoffs, signal)) {
    await pruneDevice(database, id, before, signal)
  }
}

async function pruneDevice(
  database: Database,
  deviceId: string,
  before: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  for await (const { from, to } of olderEvents(database, deviceId, before, { from: 1, to: noEnd })) {
    if (signal?.aborted) return
    await database.commit(pruneRange(database, deviceId, from, to), { lane: deviceId, anywhere: true })
  }
}

/** Walks up a part of the log of a device from its oldest event until the first that is young enough, in small steps. */
export async function* olderEvents(
  database: Pick<Database, 'query' | 'days'>,
  deviceId: string,
  before: number,
  range: { from: number; to: number },
): AsyncGenerator<{ from: number; to: number }> {
  for (let { from } = range; ; ) {
    const { rows } = await sql<Record<'seq' | 'created_at', number>>`select e.seq, e.created_at from event e
      where e.device_id = ${deviceId} and e.seq >= ${from} and e.seq <= ${range.to}
      order by ${eventOrder(database)} limit ${eventsAtOnce}`.execute(database.query)
    const young = rows.findIndex((row) => Number(row.created_at) >= before)
    const last = (young < 0 ? rows : rows.slice(0, young)).at(-1)
    if (!last) return
    const to = Number(last.seq)
    yield { from, to }
    if (young > 0) return
    from = to + 1
  }
}

function pruneRange({ query }: Database, deviceId: string, from: number, to: number): Statement[] {
  // Holds the device's row, as everything does that puts events up for delivery: none can be planned of an event that goes.
  const note = query
    .updateTable('device')
    .set({ events_pruned_to: sql`case when events_pruned_to < ${to} then ${to} else events_pruned_to end` })
    .where('id', '=', deviceId)
  const remove = sql`delete from event where device_id = ${deviceId} and seq >= ${from} and seq <= ${to}
    and not ${isNeeded}`
  return [{ query: note.compile() }, { query: remove.compile(query) }]
}
