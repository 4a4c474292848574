import { sql } from 'kysely'
import { isAwaited } from '../delivery-spans.ts'
import { firstDay } from '../event-days.ts'
import { EventStore, type StoredEvent } from '../event-store.ts'
import { countOf, type Removal, rowsAtOnce, type Scene } from './removal.ts'
import type { Mentions } from './subject.ts'

/** Events about the subject, and what is left of their deliveries. The numbers of others stay as they are: readers and webhooks pass over those that are gone.
 *  @param range of `seq`, both ends belong to it */
export async function* removeEvents(
  scene: Pick<Scene, 'database' | 'deviceId'>,
  mentions: Mentions,
  { from, to }: { readonly from: number; readonly to: number },
): AsyncGenerator<Removal> {
  const { database, deviceId } = scene
  const events = new EventStore(database)
  for (let after = from - 1; after < to; ) {
    const { events: page, isLast } = await events.read(deviceId, { after, limit: rowsAtOnce })
    const found = page.filter(({ seq, payload }) => seq <= to && mentions.inJson(payload))
    if (found.length > 0) yield await removalOf(scene, found)
    after = page.at(-1)?.seq ?? to
    if (isLast) return
  }
}

async function removalOf(
  { database, deviceId }: Pick<Scene, 'database' | 'deviceId'>,
  events: readonly StoredEvent[],
): Promise<Removal> {
  const seqs = sql.join(events.map(({ seq }) => seq))
  const day = await firstDay(database, deviceId, events[0]!.seq)
  const these = sql`event.device_id = ${deviceId} and event.seq in (${seqs})`
  const onTheirDays = database.days ? sql`and event.day >= ${day}` : sql``
  const awaited = await countOf(database, sql`from event where ${these} ${onTheirDays} and ${isAwaited}`)
  const removals = [
    sql`delete from event where ${these} ${onTheirDays}`,
    sql`delete from delivery_state where device_id = ${deviceId} and seq in (${seqs})`,
  ]
  return {
    counts: { event: events.length, cancelled_deliveries: awaited },
    statements: removals.map((remove) => ({ query: remove.compile(database.query) })),
  }
}

/** Deliveries of events that are gone: what was under way meanwhile has noted how it ended. */
export async function* removeOrphans({ database, deviceId }: Scene): AsyncGenerator<Removal> {
  const orphans = sql`from delivery_state where device_id = ${deviceId} and not exists
    (select 1 from event e where e.device_id = delivery_state.device_id and e.seq = delivery_state.seq)`
  const count = await countOf(database, orphans)
  if (count > 0) {
    yield {
      counts: { delivery_state: count },
      statements: [{ query: sql`delete ${orphans}`.compile(database.query) }],
    }
  }
}
