import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { mostApart } from './delivery-log.ts'
import { isAwaited, noEnd } from './delivery-spans.ts'
import { scopesOf } from './scope.ts'

const devicesAtOnce = 500
const eventsAtOnce = 500

/** Deletes what is older than an instant from every event log, in small steps, so that nobody waits long. An event stays as long as a webhook needs it: it
 *  waits to be delivered, has failed, or is in the log of what was delivered and may be asked for again. Numbers continue where they were. @param signal ends it after the current step */
export async function pruneEvents(database: Database, before: number, signal?: AbortSignal): Promise<void> {
  for (let after = ''; ; ) {
    const devices = await database.query
      .selectFrom('device')
      .select('id')
      .where('id', '>', after)
      .orderBy('id')
      .limit(devicesAtOnce)
      .execute()
    for (const { id } of devices) await pruneDevice(database, id, before, signal)
    const last = devices.at(-1)
    if (!last || signal?.aborted) return
    after = last.id
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
    await database.commit(pruneRange(database, deviceId, from, to), { lane: deviceId })
  }
}

/** Walks up a part of the log of a device from its oldest event until the first that is young enough, in small steps. */
export async function* olderEvents(
  { query }: Pick<Database, 'query'>,
  deviceId: string,
  before: number,
  range: { from: number; to: number },
): AsyncGenerator<{ from: number; to: number }> {
  for (let { from } = range; ; ) {
    const rows = await query
      .selectFrom('event')
      .select(['seq', 'created_at'])
      .where('device_id', '=', deviceId)
      .where('seq', '>=', from)
      .where('seq', '<=', range.to)
      .orderBy('seq')
      .limit(eventsAtOnce)
      .execute()
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
    and not ${isAwaited} and not ${hasFailed} and not ${isInLog}`
  return [{ query: note.compile() }, { query: remove.compile(query) }]
}

const ofWebhooks = sql`device o join webhook w on w.scope in ${scopesOf('o')}`

const hasFailed = sql`exists (select 1 from ${ofWebhooks} join delivery_state r on r.webhook_id = w.id
  and r.device_id = o.id and r.seq = event.seq where o.id = event.device_id)`

/** Or between two that are. */
const isInLog = sql`exists (select 1 from ${ofWebhooks} join delivery_log l on l.webhook_id = w.id and l.device_id = o.id
  and l.first_seq <= event.seq and l.last_seq >= event.seq
  and l.place >= case when w.device_id is null then event.created_at else event.seq end
  and l.place < case when w.device_id is null then event.created_at + ${sql.lit(mostApart.ms)} else event.seq + ${sql.lit(mostApart.seq)} end
  where o.id = event.device_id)`
