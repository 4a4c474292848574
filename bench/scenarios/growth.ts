import pg from 'pg'
import { newEventId } from '../../packages/server/src/eventlog/new-event-id.ts'
import type { Database } from '../../packages/server/src/storage/database.ts'
import { dayOf, startOfDay } from '../../packages/server/src/storage/event-days.ts'
import { pruneEvents } from '../../packages/server/src/storage/event-retention.ts'
import { EventStore } from '../../packages/server/src/storage/event-store.ts'
import { openDatabase } from '../../packages/server/src/storage/open-database.ts'
import { PostgresCluster } from '../../packages/server/src/storage/testing/embedded-postgres.ts'
import { insertSampleDevice } from '../../packages/server/src/storage/testing/sample-rows.ts'
import { processUsage } from '../steps/process-usage.ts'
import { median, report } from '../steps/report.ts'
import { costOfReads, costOfUnit, type StatementCost } from '../steps/statement-cost.ts'
import { wholeNumber } from '../steps/whole-number.ts'

const days = 30
const devices = 100
const payload = JSON.stringify({ text: 'x'.repeat(240) })
const samples = 60
const atOnce = 50
const rounds = 60

interface Log {
  readonly uri: string
  readonly database: Database
  readonly client: pg.Client
  readonly ids: readonly string[]
  readonly firstDay: number
}

interface Costs {
  readonly append: StatementCost
  readonly tail: StatementCost
  readonly past: StatementCost
  /** Of all backends of the database, for each event. */
  readonly cpuMs: number
}

/** What it costs PostgreSQL to write into the event log and to read from it, on the first day and when it is full. */
export async function growth(): Promise<void> {
  const events = wholeNumber('BENCH_EVENTS', 10_000_000, days * devices * 10)
  const cluster = await PostgresCluster.create()
  const log = await openLog(cluster.uri('postgres'))
  try {
    const perDay = Math.floor(events / days / devices)
    await fillDay(log, 0, perDay)
    const atStart = await measure(log, 0)
    const begun = performance.now()
    for (let day = 1; day < days; day++) await fillDay(log, day, perDay)
    report(`${perDay * devices * days} events written in bulk`, (performance.now() - begun) / 1000, 's')
    const atEnd = await measure(log, days - 1)
    print('append', atStart.append, atEnd.append)
    report('append: CPU of the database for an event, at the end', atEnd.cpuMs, 'ms')
    report('append: that CPU, end to start', atEnd.cpuMs / atStart.cpuMs, 'times', { most: 1.2 })
    print('read what is new, from a cursor', atStart.tail, atEnd.tail)
    print('read a page of the past, from a cursor', atStart.past, atEnd.past)
    const dropping = performance.now()
    await pruneEvents(log.database, startOfDay(log.firstDay + 10))
    report('ten days are forgotten', performance.now() - dropping, 'ms')
  } finally {
    await log.client.end()
    await log.database.close()
    await cluster.remove()
  }
}

function print(what: string, start: StatementCost, end: StatementCost): void {
  report(`${what}: blocks at the end`, end.blocks, 'blocks')
  report(`${what}: blocks, end to start`, end.blocks / start.blocks, 'times', { most: 1.2 })
  report(`${what}: execution, end to start`, end.executionMs / start.executionMs, 'times', { most: 1.2 })
  report(`${what}: planning, end to start`, end.planningMs / start.planningMs, 'times')
}

async function openLog(uri: string): Promise<Log> {
  const database = await openDatabase({ type: 'postgres', uri })
  const client = new pg.Client({ connectionString: uri })
  await client.connect()
  const ids: string[] = []
  for (let n = 0; n < devices; n++) ids.push((await insertSampleDevice(database)).deviceId)
  // The partition of today has all days before in it.
  const firstDay = dayOf(Date.now()) + 1
  return { uri, database, client, ids, firstDay }
}

/** Writes a day of all devices as rows, without the references being looked at for each. */
async function fillDay({ database, client, firstDay }: Log, day: number, perDevice: number): Promise<void> {
  const date = firstDay + day
  await database.days!.prepare(startOfDay(date))
  await client.query(`set session_replication_role = replica`)
  await client.query(
    `insert into event (id, device_id, seq, type, payload, created_at, day)
    select 'evt_' || lpad(to_hex(at), 12, '0') || substr(md5(n || id), 1, 20), id, event_seq + n, 'message.received', $1, at, $2
    from (select d.id, d.event_seq, n, $3::bigint + n * 80000000::bigint / $4::int as at
      from generate_series(1, $4::int) n cross join device d) as rows order by at`,
    [payload, date, startOfDay(date), perDevice],
  )
  await client.query('insert into event_day (device_id, first_seq, day) select id, event_seq + 1, $1 from device', [
    date,
  ])
  await client.query(
    'update device set event_seq = event_seq + $1, event_day = $2::int, event_day_first = event_seq + 1',
    [perDevice, date],
  )
  await client.query(`set session_replication_role = origin`)
  await client.query('vacuum analyze device, event_day')
  await client.query(
    `vacuum analyze event_${new Date(startOfDay(date)).toISOString().slice(0, 10).replaceAll('-', '_')}`,
  )
}

async function measure(log: Log, day: number): Promise<Costs> {
  const { uri, client, ids, firstDay } = log
  // A gateway that started on that day: these days are still to come, and the one of before knows of them what nobody would.
  const database = await openDatabase({ type: 'postgres', uri })
  const store = new EventStore(database)
  const at = startOfDay(firstDay + day) + 23 * 60 * 60 * 1000
  const event = () => ({ id: newEventId(), type: 'message.received', payload, backfill: false })
  const deviceOf = (n: number) => ids[(n * 37) % ids.length]!
  const [appends, tails, pasts]: StatementCost[][] = [[], [], []]
  // As a gateway that runs for long: connections know the tables, and where days begin is remembered.
  for (let n = 0; n < samples; n++) {
    const unit = store.append(deviceOf(n), [event()], at)
    const append = await costOfUnit(client, unit)
    const { last } = await store.bounds(deviceOf(n))
    const read = (after: number) =>
      costOfReads(database, client, (watched) => new EventStore(watched).read(deviceOf(n), { after, limit: 100 }))
    const tail = await read(last - 5)
    const past = await read(Math.floor((last * ((n * 7919) % 1000)) / 1000))
    if (n < 10) continue
    appends!.push(append)
    tails!.push(tail)
    pasts!.push(past)
  }
  const cpuMs = await appendMany({ ...log, database }, store, at, event)
  await database.close()
  return {
    append: middle(appends!),
    tail: middle(tails!),
    past: middle(pasts!),
    cpuMs,
  }
}

/** What the gateway's writer makes the database work for an event, many at once. */
async function appendMany(
  { database, client, ids }: Log,
  store: EventStore,
  at: number,
  event: () => Parameters<EventStore['append']>[1][number],
): Promise<number> {
  const round = async (n: number) => {
    const devicesOfRound = Array.from({ length: atOnce }, (_, place) => ids[(n * atOnce + place) % ids.length]!)
    await Promise.all(devicesOfRound.map((id) => database.commit(store.append(id, [event()], at), { lane: id })))
  }
  for (let n = 0; n < 10; n++) await round(n)
  const { rows } = await client.query<{ pid: number }>('select pid from pg_stat_activity where datname is not null')
  const used = () => rows.reduce((sum, { pid }) => sum + processUsage(pid).cpuMs, 0)
  const before = used()
  for (let n = 0; n < rounds; n++) await round(n)
  return (used() - before) / rounds / atOnce
}

const middle = (costs: readonly StatementCost[]): StatementCost => ({
  blocks: median(costs.map(({ blocks }) => blocks)),
  executionMs: median(costs.map(({ executionMs }) => executionMs)),
  planningMs: median(costs.map(({ planningMs }) => planningMs)),
})
