import { sql } from 'kysely'
import { type Cutoffs, partsOf } from './cutoffs.ts'
import type { Database, Statement } from './database.ts'
import { isNeeded } from './needed-events.ts'
import { countOldMessages } from './old-messages.ts'
import type { RetentionTable } from './schema.ts'

/** What is kept for a time. */
export const keptThings = ['messages', 'media', 'events', 'deliveries', 'audit'] as const

export type KeptThing = (typeof keptThings)[number]

/** Days for which each is kept; 0: without end. */
export type Days = Readonly<Record<KeptThing, number>>

/** What an API key has of its own; null: as the server does for all. */
export type OwnDays = Readonly<Record<KeptThing, number | null>>

const columns = {
  messages: 'message_days',
  media: 'media_days',
  events: 'event_days',
  deliveries: 'delivery_days',
  audit: 'audit_days',
} as const satisfies Record<KeptThing, keyof RetentionTable>

export const noOwnDays: OwnDays = { messages: null, media: null, events: null, deliveries: null, audit: null }

const toDays = (row: RetentionTable): OwnDays => ({
  messages: row.message_days,
  media: row.media_days,
  events: row.event_days,
  deliveries: row.delivery_days,
  audit: row.audit_days,
})

const rowsAtOnce = 1000

/** The `retention` table. */
export class RetentionStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async all(): Promise<ReadonlyMap<number, OwnDays>> {
    const rows = await this.#database.query.selectFrom('retention').selectAll().execute()
    return new Map(rows.map((row) => [Number(row.api_key_id), toDays(row)]))
  }

  async of(apiKeyId: number): Promise<OwnDays> {
    const row = await this.#database.query
      .selectFrom('retention')
      .selectAll()
      .where('api_key_id', '=', apiKeyId)
      .executeTakeFirst()
    return row ? toDays(row) : noOwnDays
  }

  set(apiKeyId: number, days: OwnDays, at: number): Statement {
    const values = Object.fromEntries(keptThings.map((thing) => [columns[thing], days[thing]]))
    const row = { ...(values as Omit<RetentionTable, 'api_key_id' | 'updated_at'>), updated_at: at }
    const insert = this.#database.query
      .insertInto('retention')
      .values({ ...row, api_key_id: apiKeyId })
      .onConflict((conflict) => conflict.column('api_key_id').doUpdateSet(row))
    return { query: insert.compile() }
  }
}

/** Deletes old entries of the audit, some at a time. */
export async function pruneAudit(database: Database, cutoffs: Cutoffs, signal?: AbortSignal): Promise<void> {
  for (const { before, of } of partsOf(cutoffs)) {
    // What concerns no API key is kept as long as most.
    const whose = before === cutoffs.common ? sql`(api_key_id is null or api_key_id ${of})` : sql`api_key_id ${of}`
    const old = sql`delete from audit where id in
      (select id from audit where ${whose} and at < ${before} order by id limit ${rowsAtOnce})`
    while (!signal?.aborted) {
      const [result] = await database.commit([{ query: old.compile(database.query) }])
      if ((result?.affected ?? 0) < rowsAtOnce) break
    }
  }
}

/** How much of an API key is older than an instant and would go; undefined instants count nothing. */
export async function countOld(
  database: Database,
  apiKeyId: number,
  before: Readonly<Record<KeptThing, number | undefined>>,
): Promise<Record<KeptThing, number>> {
  const devices = sql`(select id from device where api_key_id = ${apiKeyId})`
  const count = async (at: number | undefined, from: (at: number) => ReturnType<typeof sql>): Promise<number> => {
    if (at === undefined) return 0
    const { rows } = await sql<{ n: number | null }>`select ${from(at)}`.execute(database.query)
    return Number(rows[0]?.n ?? 0)
  }
  return {
    messages: before.messages === undefined ? 0 : await countOldMessages(database, apiKeyId, before.messages),
    media: await count(
      before.media,
      (at) =>
        sql`count(*) as n from message_media where device_id in ${devices} and state = 'stored' and stored_at < ${at}`,
    ),
    events: await count(
      before.events,
      (at) => sql`count(*) as n from event where device_id in ${devices} and created_at < ${at} and not ${isNeeded}`,
    ),
    deliveries: await count(
      before.deliveries,
      (at) => sql`sum(count) as n from delivery_log where at < ${at} and webhook_id in
        (select id from webhook where api_key_id = ${apiKeyId} or device_id in ${devices})`,
    ),
    audit: await count(
      before.audit,
      (at) => sql`count(*) as n from audit where api_key_id = ${apiKeyId} and at < ${at}`,
    ),
  }
}
