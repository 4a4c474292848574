import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import type { ColumnTypes } from './column-types.ts'
import type { Migration } from './migration.ts'

const required = (column: ColumnDefinitionBuilder) => column.notNull()
const zero = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(0)
const ofWebhook = (column: ColumnDefinitionBuilder) => column.notNull().references('webhook.id').onDelete('cascade')

/** `to_seq` of a span without an end. */
const noEnd = Number.MAX_SAFE_INTEGER
/** What a webhook without a filter did not get when this was written. */
const namedOnly = new Set(['connection.qr'])
const rowsAtOnce = 2000
const entriesInRow = 64
/** How far apart two deliveries in one row of the log may stand: numbers of events, or ms. */
const mostApart = { seq: 1000, at: 60_000 }

type Attempt = readonly [number, number | null, string | null, string | null, number, number]

interface Lane {
  readonly webhook: number
  readonly device: string
  /** That of a device, not of an API key. */
  readonly own: boolean
  readonly filter: string
}

interface OldDelivery {
  event_id: string
  seq: number
  event_type: string
  state: string
  attempts: number
  next_attempt_at: number
  last_status: number | null
  last_error: string | null
  last_response: string | null
  last_latency_ms: number | null
  updated_at: number
  event_at: number
}

async function createTables({ schema }: Kysely<Schema>, { text, long, withoutRowid }: ColumnTypes) {
  await schema
    .createTable('delivery_span')
    .addColumn('webhook_id', long, ofWebhook)
    .addColumn('device_id', text, required)
    .addColumn('origin', long, required)
    .addColumn('to_seq', long, required)
    .addColumn('next_seq', long, required)
    .addColumn('filter', text, required)
    .addPrimaryKeyConstraint('delivery_span_key', ['webhook_id', 'device_id', 'origin', 'to_seq'])
    .modifyEnd(withoutRowid)
    .execute()
  await schema
    .createTable('delivery_state')
    .addColumn('webhook_id', long, ofWebhook)
    .addColumn('device_id', text, required)
    .addColumn('seq', long, required)
    .addColumn('state', text, required)
    .addColumn('attempts', 'integer', required)
    .addColumn('next_attempt_at', long, required)
    .addColumn('error', text)
    .addColumn('history', text, required)
    .addColumn('updated_at', long, required)
    .addPrimaryKeyConstraint('delivery_state_key', ['webhook_id', 'device_id', 'seq'])
    .modifyEnd(withoutRowid)
    .execute()
  await schema
    .createIndex('delivery_state_dead')
    .on('delivery_state')
    .column('webhook_id')
    .where(sql.ref('state'), '=', sql.lit('dead'))
    .execute()
  await schema
    .createTable('delivery_log')
    .addColumn('webhook_id', long, ofWebhook)
    .addColumn('place', long, required)
    .addColumn('device_id', text, required)
    .addColumn('number', long, required)
    .addColumn('first_seq', long, required)
    .addColumn('last_seq', long, required)
    .addColumn('at', long, required)
    .addColumn('count', 'integer', required)
    .addColumn('entries', text, required)
    .addPrimaryKeyConstraint('delivery_log_key', ['webhook_id', 'place', 'device_id', 'number'])
    .modifyEnd(withoutRowid)
    .execute()
  await schema
    .createTable('delivery_journal')
    .addColumn('number', long, (column) => column.primaryKey())
    .addColumn('entries', text, required)
    .execute()
}

async function changeWebhooks(database: Kysely<Schema>, { text, long }: ColumnTypes): Promise<void> {
  const add = (name: string) => database.schema.alterTable('webhook').addColumn(name, long, zero).execute()
  await database.schema
    .alterTable('webhook')
    .addColumn('filter', text, (column) => column.notNull().defaultTo(''))
    .execute()
  await add('open')
  await add('version')
  const filters = new Map<number, string>()
  const { rows } = await sql<{ webhook_id: number; event_type: string }>`select f.webhook_id, f.event_type
    from webhook_event f join webhook w on w.id = f.webhook_id where w.all_events = 0 order by f.event_type`.execute(
    database,
  )
  for (const { webhook_id, event_type } of rows) {
    filters.set(Number(webhook_id), `${filters.get(Number(webhook_id)) ?? ','}${event_type},`)
  }
  for (const [id, filter] of filters)
    await sql`update webhook set filter = ${filter} where id = ${id}`.execute(database)
  await sql`update webhook set open = active`.execute(database)
}

/** Deliveries of a lane in some states, in order, some at a time. */
async function* oldDeliveries(database: Kysely<Schema>, { webhook, device }: Lane, states: readonly string[]) {
  for (let after = -1; ; ) {
    const { rows } =
      await sql<OldDelivery>`select o.event_id, o.seq, o.event_type, o.state, o.attempts, o.next_attempt_at,
      o.last_status, o.last_error, o.last_response, o.last_latency_ms, o.updated_at, e.created_at as event_at
      from delivery o join event e on e.device_id = o.device_id and e.seq = o.seq
      where o.webhook_id = ${webhook} and o.device_id = ${device} and o.seq > ${after}
        and o.state in (${sql.join([...states])}) order by o.seq limit ${rowsAtOnce}`.execute(database)
    if (rows.length === 0) return
    yield rows.map((row) => ({ ...row, seq: Number(row.seq), updated_at: Number(row.updated_at) }))
    after = Number(rows.at(-1)!.seq)
  }
}

async function attemptsOf(
  database: Kysely<Schema>,
  { webhook }: Lane,
  rows: readonly OldDelivery[],
): Promise<Map<string, Attempt[]>> {
  const found = new Map<string, Attempt[]>()
  for (let start = 0; start < rows.length; start += 400) {
    const ids = rows.slice(start, start + 400).map(({ event_id }) => event_id)
    const { rows: attempts } = await sql<
      Record<string, never>
    >`select event_id, attempt, status, error, response, latency_ms, at
      from delivery_attempt where webhook_id = ${webhook} and event_id in (${sql.join(ids)}) order by id`.execute(
      database,
    )
    for (const { event_id, attempt, status, error, response, latency_ms, at } of attempts) {
      const list = found.get(event_id!) ?? []
      found.set(event_id!, list)
      list.push([attempt!, status!, error!, response!, latency_ms!, Number(at)])
    }
  }
  return found
}

/** What is known of the last attempt, where its own row is gone. */
const lastAttempt = (row: OldDelivery): Attempt[] => {
  const { attempts, last_status, last_error, last_response, last_latency_ms, updated_at } = row
  return last_latency_ms === null
    ? []
    : [[attempts, last_status, last_error, last_response, last_latency_ms, Number(updated_at)]]
}

/** What waits, as spans: ranges in which everything waits that the filter wants, and single events otherwise. */
async function moveWaiting(database: Kysely<Schema>, lane: Lane): Promise<void> {
  const wanted = (type: string) =>
    type !== 'test.ping' && (lane.filter === '' ? !namedOnly.has(type) : lane.filter.includes(`,${type},`))
  const waiting = new Set<number>()
  for await (const rows of oldDeliveries(database, lane, ['pending'])) for (const { seq } of rows) waiting.add(seq)
  if (waiting.size === 0) return
  let origin = 0
  const add = (filter: string, from: number, to: number) =>
    database
      .insertInto('delivery_span')
      // Numbers of requests are made of the time; these are smaller.
      .values({
        webhook_id: lane.webhook,
        device_id: lane.device,
        origin: ++origin,
        to_seq: to,
        next_seq: from,
        filter,
      })
      .execute()
  let run: { from: number; to: number } | undefined
  const end = async () => {
    if (run) await add(lane.filter, run.from, run.to)
    run = undefined
  }
  for (let after = [...waiting][0]! - 1, left = waiting.size; left > 0; ) {
    const { rows } = await sql<{ seq: number; type: string }>`select seq, type from event
      where device_id = ${lane.device} and seq > ${after} order by seq limit ${rowsAtOnce}`.execute(database)
    if (rows.length === 0) break
    for (const { seq: number, type } of rows) {
      const seq = Number(number)
      after = seq
      if (!waiting.has(seq)) {
        if (wanted(type)) await end()
        continue
      }
      left--
      if (wanted(type)) run = { from: run?.from ?? seq, to: seq }
      else await add('*', seq, seq)
    }
  }
  await end()
}

async function moveStates(database: Kysely<Schema>, lane: Lane): Promise<void> {
  for await (const rows of oldDeliveries(database, lane, ['pending', 'dead'])) {
    const attempts = await attemptsOf(database, lane, rows)
    for (const row of rows) {
      const noted = attempts.get(row.event_id)
      const isDead = row.state === 'dead'
      if (!isDead && row.attempts === 0 && !noted) continue
      const history = noted ?? lastAttempt(row)
      await database
        .insertInto('delivery_state')
        .values({
          webhook_id: lane.webhook,
          device_id: lane.device,
          seq: row.seq,
          state: isDead ? 'dead' : 'retry',
          attempts: row.attempts,
          next_attempt_at: row.next_attempt_at,
          error: row.last_error === history.at(-1)?.[2] ? null : row.last_error,
          history: JSON.stringify(history),
          updated_at: row.updated_at,
        })
        .execute()
    }
  }
}

async function moveLog(database: Kysely<Schema>, lane: Lane, number: () => number): Promise<void> {
  for await (const rows of oldDeliveries(database, lane, ['success'])) {
    const attempts = await attemptsOf(database, lane, rows)
    const placeOf = (row: OldDelivery) => (lane.own ? row.seq : Number(row.event_at))
    const apart = lane.own ? mostApart.seq : mostApart.at
    for (let start = 0; start < rows.length; ) {
      const first = rows[start]!
      let end = start + 1
      while (end < rows.length && end - start < entriesInRow && Math.abs(placeOf(rows[end]!) - placeOf(first)) < apart)
        end++
      const part = rows.slice(start, end)
      const at = Math.max(...part.map(({ updated_at }) => updated_at))
      const entries = part.map((row) => {
        const { seq, updated_at, last_status, last_latency_ms, last_response, attempts: count } = row
        const entry = [seq, updated_at - at, updated_at - Number(row.event_at), last_status, last_latency_ms ?? 0]
        return [...entry, last_response, count, attempts.get(row.event_id) ?? []]
      })
      await database
        .insertInto('delivery_log')
        .values({
          webhook_id: lane.webhook,
          place: Math.max(...part.map(placeOf)),
          device_id: lane.device,
          number: number(),
          first_seq: first.seq,
          last_seq: part.at(-1)!.seq,
          at,
          count: part.length,
          entries: JSON.stringify(entries),
        })
        .execute()
      start = end
    }
  }
}

/** Deliveries become positions in the event log: rows are left for what differs from being delivered in order. */
export const deliverySpans: Migration = {
  number: 22,
  name: 'delivery-spans',
  async up(database, types) {
    await createTables(database, types)
    await changeWebhooks(database, types)
    await sql`insert into delivery_span (webhook_id, device_id, origin, to_seq, next_seq, filter)
      select w.id, d.id, 0, ${sql.lit(noEnd)}, d.event_seq + 1, '='
      from webhook w join device d on d.id = w.device_id or d.api_key_id = w.api_key_id where w.active = 1`.execute(
      database,
    )
    const { rows } = await sql<{ webhook_id: number; device_id: string; own: string | null; filter: string }>`
      select distinct o.webhook_id, o.device_id, w.device_id as own, w.filter
      from delivery o join webhook w on w.id = o.webhook_id`.execute(database)
    let number = 0
    for (const { webhook_id, device_id, own, filter } of rows) {
      const lane = { webhook: Number(webhook_id), device: device_id, own: own !== null, filter }
      await moveWaiting(database, lane)
      await moveStates(database, lane)
      await moveLog(database, lane, () => ++number)
    }
    for (const table of ['delivery_attempt', 'delivery', 'webhook_event'])
      await database.schema.dropTable(table).execute()
    await database.schema.alterTable('webhook').dropColumn('all_events').execute()
  },
}
