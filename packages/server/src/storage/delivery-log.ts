import { type CompiledQuery, sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { databaseNow } from './database-time.ts'
import type { PackedAttempt } from './delivery-attempts.ts'
import { devicesOf } from './delivery-spans.ts'
import type { LaneKey } from './delivery-store.ts'
import { prepare } from './prepare.ts'
import { requestNumber } from './request-number.ts'
import type { DeliveryJournalTable } from './schema.ts'

/** A delivery that succeeded. */
export interface LogEntry {
  readonly deviceId: string
  readonly seq: number
  /** When it was delivered, and when its event happened. */
  readonly at: number
  readonly eventAt: number
  readonly status: number | null
  readonly latencyMs: number
  readonly response: string | null
  readonly attempts: number
  /** The attempts, unless the first one succeeded. */
  readonly history: readonly PackedAttempt[]
}

/** Deliveries of one lane, in the order in which they succeeded. `ofDevice`: the webhook is that of the device, not of its API key. */
export interface LaneEntries extends LaneKey {
  readonly ofDevice: boolean
  readonly entries: readonly LogEntry[]
}

type PackedEntry = [
  number,
  number,
  number,
  number | null,
  number,
  ...([] | [string | null, number, readonly PackedAttempt[]]),
]

/** A row of the log: entries of one lane. */
export interface LogRow {
  readonly place: number
  readonly deviceId: string
  readonly number: number
  readonly at: number
  readonly entries: string
}

const entriesInRow = 64
/** How far apart entries in one row may stand. Whoever looks for what is in front of a place must look at rows up to so far behind it. */
export const mostApart = { seq: 1000, ms: 60_000 }
/** Entries that wait in the journal for their row, over all lanes, and how long they do at most. */
const mostInJournal = 2048
const journalRowsAtOnce = 500
const longestInJournalMs = 10 * 60_000

/** Another node has taken this journal up. */
class TakenUp extends Error {}

/** Rows of a node that is not alive. */
const isLeft = sql<boolean>`not exists (select 1 from node
  where node.id = delivery_journal.node and node.expires_at > ${databaseNow})`

export const placeOf = (entry: { seq: number; eventAt: number }, ofDevice: boolean): number =>
  ofDevice ? entry.seq : entry.eventAt

export const apart = (ofDevice: boolean): number => (ofDevice ? mostApart.seq : mostApart.ms)

function pack(
  { seq, at, eventAt, status, latencyMs, response, attempts, history }: LogEntry,
  base: number,
): PackedEntry {
  const entry = [seq, at - base, at - eventAt, status, latencyMs] as const
  const isPlain = response === null && attempts === 1 && history.length === 0
  return isPlain ? [...entry] : [...entry, response, attempts, history]
}

function unpack(deviceId: string, packed: PackedEntry, base: number): LogEntry {
  const [seq, since, lag, status, latencyMs, response = null, attempts = 1, history = []] = packed
  return {
    deviceId,
    seq,
    at: base + since,
    eventAt: base + since - lag,
    status,
    latencyMs,
    response,
    attempts,
    history,
  }
}

export const unpackRow = ({ deviceId, at, entries }: Omit<LogRow, 'place' | 'number'>): LogEntry[] =>
  (JSON.parse(entries) as PackedEntry[]).map((entry) => unpack(deviceId, entry, at))

/** The log of what was delivered. It costs little to write: what succeeded in the same second at any webhook is one row of a journal, which is also in memory, and
 *  is sorted into rows of each lane when it has grown. It is a log: a crash may take its last second. */
export class DeliveryLog {
  readonly #database: Database
  readonly #now: () => number
  readonly #node: string | undefined
  /** What is in the journal, by lane. */
  readonly #recent = new Map<string, LaneKey & { ofDevice: boolean; entries: LogEntry[] }>()
  readonly #insert: (values: Record<'number' | 'entries', unknown>) => CompiledQuery
  readonly #insertRow: (
    values: Record<'webhook' | 'device' | 'place' | 'number' | 'first' | 'last' | 'at' | 'count' | 'entries', unknown>,
  ) => CompiledQuery
  #count = 0
  #lastNumber = 0
  #begunAt: number | undefined

  /** @param node this one among several, which have journals of their own */
  constructor(database: Database, now: () => number, node?: string) {
    this.#database = database
    this.#now = now
    this.#node = node
    this.#insert = prepare(
      database.query,
      (value) =>
        sql`insert into delivery_journal (number, node, entries) values (${value('number')}, ${node ?? ''}, ${value('entries')})`,
    )
    // Through the webhook and the device: when one has been removed in between, there is nothing to note.
    this.#insertRow = prepare(
      database.query,
      (value) => sql`insert into delivery_log
        (webhook_id, place, device_id, number, first_seq, last_seq, at, count, entries)
        select w.id, ${value('place')}, d.id, ${value('number')}, ${value('first')}, ${value('last')}, ${value('at')},
          ${value('count')}, ${value('entries')}
        from webhook w join device d on ${devicesOf} where w.id = ${value('webhook')} and d.id = ${value('device')}`,
    )
  }

  /** Takes up the journals that other processes have left. */
  async open(): Promise<void> {
    const left = this.#database.query.selectFrom('delivery_journal').selectAll().orderBy('number')
    const rows = await (this.#node === undefined ? left : left.where(isLeft)).limit(journalRowsAtOnce).execute()
    if (rows.length > 0) await this.#takeUp(rows)
    if (rows.length === journalRowsAtOnce) await this.open()
  }

  async #takeUp(rows: readonly Pick<DeliveryJournalTable, 'number' | 'entries'>[]): Promise<void> {
    const left = rows.flatMap((row) =>
      (JSON.parse(row.entries) as [number, string, boolean, number, PackedEntry[]][]).map(
        ([webhookId, deviceId, ofDevice, base, entries]) => ({
          webhookId,
          deviceId,
          ofDevice,
          entries: entries.map((entry) => unpack(deviceId, entry, base)),
        }),
      ),
    )
    const numbers = rows.map(({ number }) => number)
    const clear = this.#database.query.deleteFrom('delivery_journal').where('number', 'in', numbers)
    // Another node may take it up at the same moment: one of them finds the rows, and the other one gone.
    const held = this.#database.query
      .selectFrom('delivery_journal')
      .select('number')
      .where('number', '=', numbers[0]!)
      .$if(this.#database.dialect === 'postgres', (select) => select.forUpdate())
    const unit = [
      { query: held.compile(), orElse: () => new TakenUp() },
      ...left.flatMap((lane) => this.#rowsOf(lane)),
      { query: clear.compile() },
    ]
    await this.#database.commit(unit).catch((error: unknown) => {
      if (!(error instanceof TakenUp)) throw error
    })
  }

  /** The journal is old: something should be added, if only nothing. */
  get isDue(): boolean {
    return this.#begunAt !== undefined && this.#now() - this.#begunAt > longestInJournalMs
  }

  /** Statements that note what succeeded, and what must be called once they are durable. One at a time. */
  add(lanes: readonly LaneEntries[]): { statements: Statement[]; durable: () => void } {
    const filled = lanes.filter(({ entries }) => entries.length > 0)
    if (filled.length === 0) {
      return this.isDue
        ? { statements: this.#sort(), durable: () => this.#forget() }
        : { statements: [], durable: () => {} }
    }
    const number = requestNumber()
    const text = JSON.stringify(
      filled.map(({ webhookId, deviceId, ofDevice, entries }) => {
        const base = entries.at(-1)!.at
        return [webhookId, deviceId, ofDevice, base, entries.map((entry) => pack(entry, base))]
      }),
    )
    const statements: Statement[] = [{ query: this.#insert({ number, entries: text }) }]
    const added = filled.reduce((sum, { entries }) => sum + entries.length, 0)
    const isFull = this.#count + added > mostInJournal || this.isDue
    if (isFull) statements.push(...this.#sort())
    return {
      statements,
      durable: () => {
        if (isFull) this.#forget()
        this.#lastNumber = number
        this.#begunAt ??= this.#now()
        this.#count += added
        for (const lane of filled) this.#remember(lane)
      },
    }
  }

  /** What succeeded at a webhook lately. */
  recent(webhookId: number): LogEntry[] {
    return [...this.#recent.values()].flatMap((lane) => (lane.webhookId === webhookId ? lane.entries : []))
  }

  /** The events of a device of which the journal has deliveries. */
  recentOf(deviceId: string): number[] {
    return [...this.#recent.values()].flatMap((lane) =>
      lane.deviceId === deviceId ? lane.entries.map(({ seq }) => seq) : [],
    )
  }

  /** Forgets deliveries of events that are gone. What is in rows stays there. */
  forget(deviceId: string, isGone: (seq: number) => boolean): void {
    for (const lane of this.#recent.values()) {
      if (lane.deviceId === deviceId) lane.entries = lane.entries.filter(({ seq }) => !isGone(seq))
    }
  }

  /** How many deliveries are not in rows of their lanes yet. */
  get recentCount(): number {
    return this.#count
  }

  /** Rows of a webhook, the newest places first, from `below` on. */
  async rows(
    webhookId: number,
    options: { below: number; limit: number; after?: LogRow | undefined },
  ): Promise<LogRow[]> {
    const { below, limit, after } = options
    const behind = after
      ? sql`and (place, device_id, number) < (${after.place}, ${after.deviceId}, ${after.number})`
      : sql``
    const { rows } = await sql<{
      place: number
      device_id: string
      number: number
      at: number
      entries: string
    }>`select place, device_id, number, at, entries from delivery_log
      where webhook_id = ${webhookId} and place < ${below} ${behind}
      order by place desc, device_id desc, number desc limit ${limit}`.execute(this.#database.query)
    return rows.map((row) => ({
      place: Number(row.place),
      deviceId: row.device_id,
      number: Number(row.number),
      at: Number(row.at),
      entries: row.entries,
    }))
  }

  /** Whether an event was delivered, as far as the log is kept. */
  async has(
    webhookId: number,
    event: { deviceId: string; seq: number; eventAt: number },
    ofDevice: boolean,
  ): Promise<boolean> {
    const isIt = (entry: LogEntry) => entry.deviceId === event.deviceId && entry.seq === event.seq
    if (this.recent(webhookId).some(isIt)) return true
    const place = placeOf(event, ofDevice)
    const { rows } = await sql<{ at: number; entries: string }>`select at, entries from delivery_log
      where webhook_id = ${webhookId} and place >= ${place} and place < ${place + apart(ofDevice)} and device_id = ${event.deviceId}
        and first_seq <= ${event.seq} and last_seq >= ${event.seq}`.execute(this.#database.query)
    const { deviceId } = event
    return rows.some(({ at, entries }) => unpackRow({ deviceId, at: Number(at), entries }).some(isIt))
  }

  #remember({ webhookId, deviceId, ofDevice, entries }: LaneEntries): void {
    const name = `${webhookId} ${deviceId}`
    const lane = this.#recent.get(name) ?? { webhookId, deviceId, ofDevice, entries: [] }
    this.#recent.set(name, lane)
    lane.entries.push(...entries)
  }

  /** Statements that sort the journal, as far as it was written before, into rows of its lanes. */
  #sort(): Statement[] {
    return [...[...this.#recent.values()].flatMap((lane) => this.#rowsOf(lane)), this.#clear(this.#lastNumber)]
  }

  #forget(): void {
    this.#recent.clear()
    this.#count = 0
    this.#begunAt = undefined
  }

  #clear(last: number): Statement {
    const clear = this.#database.query.deleteFrom('delivery_journal').where('number', '<=', last)
    return { query: (this.#node === undefined ? clear : clear.where('node', '=', this.#node)).compile() }
  }

  #rowsOf({ webhookId, deviceId, ofDevice, entries }: LaneEntries): Statement[] {
    const statements: Statement[] = []
    for (let start = 0; start < entries.length; ) {
      const part: LogEntry[] = []
      let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      for (const entry of entries.slice(start, start + entriesInRow)) {
        const place = placeOf(entry, ofDevice)
        if (Math.max(highest, place) - Math.min(lowest, place) >= apart(ofDevice)) break
        ;[lowest, highest] = [Math.min(lowest, place), Math.max(highest, place)]
        part.push(entry)
      }
      const at = Math.max(...part.map((entry) => entry.at))
      const seqs = part.map(({ seq }) => seq)
      const query = this.#insertRow({
        webhook: webhookId,
        device: deviceId,
        place: highest,
        number: requestNumber(),
        first: Math.min(...seqs),
        last: Math.max(...seqs),
        at,
        count: part.length,
        entries: JSON.stringify(part.map((entry) => pack(entry, at))),
      })
      statements.push({ query })
      start += part.length
    }
    return statements
  }
}
