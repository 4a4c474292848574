import { sql } from 'kysely'
import type { Database } from '../database.ts'
import { slices } from '../slices.ts'
import type { Removal, Scene } from './removal.ts'

/** As a row of the log has them: the first value of each is the `seq` of its event. */
type PackedEntry = readonly [number, ...unknown[]]

interface LogRow {
  readonly webhook_id: number
  readonly place: number
  readonly number: number
  readonly entries: string
}

const logRowsAtOnce = 100

/** Those of some events that are there. */
export async function eventsThere(
  { query }: Database,
  deviceId: string,
  seqs: readonly number[],
): Promise<Set<number>> {
  const there = new Set<number>()
  for (const some of slices([...new Set(seqs)])) {
    const { rows } = await sql<{ seq: number }>`select seq from event
      where device_id = ${deviceId} and seq in (${sql.join(some)})`.execute(query)
    for (const { seq } of rows) there.add(Number(seq))
  }
  return there
}

/** What the log of webhooks says of deliveries of events that are gone: an answer may repeat what it was sent. */
export async function* removeLogged(scene: Scene): AsyncGenerator<Removal> {
  const { database, deviceId } = scene
  for (let after: LogRow | undefined; ; ) {
    const behind = after
      ? sql`and (webhook_id, place, number) > (${after.webhook_id}, ${after.place}, ${after.number})`
      : sql``
    const { rows } = await sql<LogRow>`select webhook_id, place, number, entries from delivery_log
      where device_id = ${deviceId} ${behind} order by webhook_id, place, number limit ${logRowsAtOnce}`.execute(
      database.query,
    )
    yield* removeFromRows(scene, rows)
    if (rows.length < logRowsAtOnce) return
    after = rows.at(-1)
  }
}

async function* removeFromRows({ database, deviceId }: Scene, rows: readonly LogRow[]): AsyncGenerator<Removal> {
  const read = rows.map((row) => ({ row, entries: JSON.parse(row.entries) as PackedEntry[] }))
  const seqs = read.flatMap(({ entries }) => entries.map(([seq]) => seq))
  const there = await eventsThere(database, deviceId, seqs)
  const changed = read.flatMap(({ row, entries }) => {
    const kept = entries.filter(([seq]) => there.has(seq))
    return kept.length < entries.length ? [{ row, kept, gone: entries.length - kept.length }] : []
  })
  if (changed.length === 0) return
  const statements = changed.map(({ row, kept }) => {
    const isIt = sql`webhook_id = ${row.webhook_id} and place = ${row.place} and device_id = ${deviceId} and number = ${row.number}`
    const numbers = kept.map(([seq]) => seq)
    const change =
      kept.length === 0
        ? sql`delete from delivery_log where ${isIt}`
        : sql`update delivery_log set entries = ${JSON.stringify(kept)}, count = ${kept.length},
            first_seq = ${Math.min(...numbers)}, last_seq = ${Math.max(...numbers)} where ${isIt}`
    return { query: change.compile(database.query) }
  })
  yield { counts: { delivery_log: changed.reduce((sum, { gone }) => sum + gone, 0) }, statements }
}

type PackedLane = readonly [webhookId: number, deviceId: string, ofDevice: boolean, base: number, PackedEntry[]]

/** The same in the journal, which is sorted into the log later. */
export async function* removeJournaled({ database, deviceId }: Scene): AsyncGenerator<Removal> {
  const journal = await database.query.selectFrom('delivery_journal').select(['number', 'node', 'entries']).execute()
  for (const { number, node, entries } of journal) {
    if (!entries.includes(deviceId)) continue
    const lanes = JSON.parse(entries) as PackedLane[]
    const own = lanes.filter(([, device]) => device === deviceId).flatMap((lane) => lane[4].map(([seq]) => seq))
    const there = await eventsThere(database, deviceId, own)
    const gone = own.filter((seq) => !there.has(seq)).length
    if (gone === 0) continue
    const kept = lanes.map(([webhookId, device, ofDevice, base, some]) => {
      const left = device === deviceId ? some.filter(([seq]) => there.has(seq)) : some
      return [webhookId, device, ofDevice, base, left]
    })
    const change = database.query
      .updateTable('delivery_journal')
      .set({ entries: JSON.stringify(kept) })
      .where('number', '=', number)
      .where('node', '=', node)
    yield { counts: { delivery_log: gone }, statements: [{ query: change.compile() }] }
  }
}
