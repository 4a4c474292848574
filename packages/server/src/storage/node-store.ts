import { sql } from 'kysely'
import { AppError } from '../errors/app-error.ts'
import type { Database, Statement } from './database.ts'
import { databaseNow } from './database-time.ts'
import { soleUse } from './dialects/postgres/sole-use.ts'
import { migrations } from './migrations/index.ts'
import type { NodeTable } from './schema.ts'

/** A node as others see it. */
export interface NodeRow {
  readonly id: string
  readonly url: string
  readonly version: string
  readonly schemaVersion: number
  readonly state: NodeTable['state']
  readonly startedAt: number
  readonly heartbeatAt: number
  /** Devices that it has, and those of them that should be connected. */
  readonly devices: number
  readonly sessions: number
}

/** For so long a node owns what it has after it was last heard, ms. */
export const nodeLifeMs = 8_000
/** A node that ended without a word is forgotten when nothing belongs to it any more. */
const forgottenAfterMs = 10 * 60_000

/** The newest migration that this program knows. */
export const schemaVersion = Math.max(...migrations.map(({ number }) => number))

/** An advisory lock; it spells "swbd". */
const drainTurn = 0x73776264

/** A gateway that works alone has the database. */
export class DatabaseTaken extends Error {}
/** The database was changed by a newer program than this one. */
export class SchemaTooNew extends Error {}

/** Whether a device should have a session: it is linked, or its link was written just before a crash. */
export const wantsSession = sql<boolean>`(device.status in ('active', 'disconnected') or (device.status = 'pending'
  and exists (select 1 from credential where credential.device_id = device.id)))`

/** The `node` table. All instants in it are of the database's clock, and are compared with it. */
export class NodeStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Makes a node one of those that work here, or one of them again; what it had before is free.
   *  @throws DatabaseTaken | SchemaTooNew */
  async join(node: Pick<NodeTable, 'id' | 'url' | 'version' | 'state'>): Promise<void> {
    const { query } = this.#database
    const mayJoin = sql`select 1 from (select pg_try_advisory_xact_lock_shared(${sql.lit(soleUse)}) as free) as asked where free`
    const isKnown = sql`select 1 where not exists (select 1 from schema_migration where number > ${schemaVersion})`
    const insert = query
      .insertInto('node')
      .values({
        ...node,
        schema_version: schemaVersion,
        started_at: databaseNow,
        heartbeat_at: databaseNow,
        expires_at: sql`${databaseNow} + ${sql.lit(nodeLifeMs)}`,
      })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({
          heartbeat_at: databaseNow,
          expires_at: sql`${databaseNow} + ${sql.lit(nodeLifeMs)}`,
        }),
      )
    await this.#database.commit([
      { query: mayJoin.compile(query), orElse: () => new DatabaseTaken() },
      { query: isKnown.compile(query), orElse: () => new SchemaTooNew() },
      this.#free(sql`owner = ${node.id} or not exists (select 1 from node where node.id = device.owner)`),
      { query: insert.compile() },
    ])
  }

  /** @returns the state that the node should have; undefined when it is not one of those that work here any more */
  async heartbeat(id: string): Promise<NodeTable['state'] | undefined> {
    const beat = this.#database.query
      .updateTable('node')
      .set({ heartbeat_at: databaseNow, expires_at: sql`${databaseNow} + ${sql.lit(nodeLifeMs)}` })
      .where('id', '=', id)
      .where('expires_at', '>', databaseNow)
      .returning('state')
    const [result] = await this.#database.commit([{ query: beat.compile() }])
    return result?.rows[0]?.['state'] as NodeTable['state'] | undefined
  }

  /** From here on a node takes no devices: it ends. */
  async drain(id: string): Promise<void> {
    await this.#database.commit([{ query: this.#draining(id).compile() }])
  }

  /** Wants a node to give its devices away, as long as there is another one that takes them. @param noted what is stored along with it
   *  @throws AppError node_not_found | last_node */
  async askToDrain(id: string, noted: readonly Statement[]): Promise<void> {
    const { query } = this.#database
    // Of two that are to be drained at once the second sees what became of the first.
    const inTurn = sql`select pg_advisory_xact_lock(${sql.lit(drainTurn)})`
    const alive = query.selectFrom('node').select('id').where('expires_at', '>', databaseNow)
    const other = alive.where('id', '<>', id).where('state', '=', 'active')
    await this.#database.commit([
      { query: inTurn.compile(query) },
      { query: alive.where('id', '=', id).compile(), orElse: () => new AppError('node_not_found') },
      { query: other.limit(1).compile(), orElse: () => new AppError('last_node') },
      { query: this.#draining(id).compile(), orElse: () => new AppError('node_not_found') },
      ...noted,
    ])
  }

  #draining(id: string) {
    return this.#database.query
      .updateTable('node')
      .set({ state: 'draining' })
      .where('id', '=', id)
      .where('expires_at', '>', databaseNow)
  }

  /** The node ends: all that it has is free. */
  async leave(id: string): Promise<void> {
    const { query } = this.#database
    await this.#database.commit([
      this.#free(sql`owner = ${id}`),
      { query: query.deleteFrom('lease').where('node', '=', id).compile() },
      { query: query.deleteFrom('node').where('id', '=', id).compile() },
    ])
  }

  /** Nodes that are alive, the longest running first. */
  async live(): Promise<NodeRow[]> {
    const rows = await this.#database.query
      .selectFrom('node')
      .leftJoin('device', 'device.owner', 'node.id')
      .select((node) => [
        ...(['node.id', 'node.url', 'node.version', 'node.schema_version', 'node.state'] as const),
        ...(['node.started_at', 'node.heartbeat_at'] as const),
        node.fn.count<number>('device.id').as('devices'),
        sql<number>`count(*) filter (where device.id is not null and ${wantsSession})`.as('sessions'),
      ])
      .where('node.expires_at', '>', databaseNow)
      .groupBy('node.id')
      .orderBy('node.started_at')
      .orderBy('node.id')
      .execute()
    return rows.map((row) => ({
      ...{ id: row.id, url: row.url, version: row.version, schemaVersion: row.schema_version, state: row.state },
      ...{ startedAt: Number(row.started_at), heartbeatAt: Number(row.heartbeat_at) },
      ...{ devices: Number(row.devices), sessions: Number(row.sessions) },
    }))
  }

  /** The clock of the database, Unix ms. */
  async now(): Promise<number> {
    const { rows } = await sql<{ now: number }>`select ${databaseNow} as now`.execute(this.#database.query)
    return Number(rows[0]?.now)
  }

  /** The nodes that work here, and for how long each is alive without another heartbeat, and the ids of those that were. */
  async roll(): Promise<{ live: { id: string; state: NodeTable['state']; lastsMs: number }[]; dead: string[] }> {
    const rows = await this.#database.query
      .selectFrom('node')
      .select(['id', 'state', sql<number>`expires_at - ${databaseNow}`.as('lastsMs')])
      .execute()
    const known = rows.map((row) => ({ ...row, lastsMs: Number(row.lastsMs) }))
    return {
      live: known.filter(({ lastsMs }) => lastsMs > 0),
      dead: known.filter(({ lastsMs }) => lastsMs <= 0).map(({ id }) => id),
    }
  }

  /** Forgets nodes that ended long ago and have nothing. */
  async purge(): Promise<void> {
    const remove = this.#database.query
      .deleteFrom('node')
      .where('expires_at', '<', sql<number>`${databaseNow} - ${sql.lit(forgottenAfterMs)}`)
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('device').select('device.id').whereRef('device.owner', '=', 'node.id'))),
      )
    await this.#database.commit([{ query: remove.compile() }])
  }

  #free(which: ReturnType<typeof sql>): Statement {
    const free = sql`update device set owner = null where owner is not null and (${which})`
    return { query: free.compile(this.#database.query) }
  }
}
