import { sql } from 'kysely'
import type { Database } from './database.ts'
import { databaseNow } from './database-time.ts'
import type { Ownership } from './fence.ts'
import { wantsSession } from './node-store.ts'

/** A device that was claimed. */
export interface ClaimedDevice {
  readonly deviceId: string
  readonly ownership: Ownership
}

/** How many devices there are, how many of them nobody has, and how many this node has. */
export interface LeaseCounts {
  readonly all: number
  readonly free: number
  readonly own: number
}

/** Claims of devices by nodes: `owner` and `epoch` of the `device` table. A claim counts as long as the node lives; each raises the epoch. */
export class DeviceLeaseStore {
  readonly #database: Database
  readonly #nodeId: string

  constructor(database: Database, nodeId: string) {
    this.#database = database
    this.#nodeId = nodeId
  }

  /** Claims devices that nobody has, or nodes that are dead. Nodes that do so at once get different ones.
   *  @param sessions those that should be connected, or the others */
  async claim(
    dead: readonly string[],
    { sessions, limit }: { readonly sessions: boolean; readonly limit: number },
  ): Promise<ClaimedDevice[]> {
    const free = isFree(dead)
    const claim = sql`update device set owner = ${this.#nodeId}, epoch = epoch + 1 where id in (
        select id from device where ${free} and ${wantsSession} = ${sql.lit(sessions)} limit ${limit} for update skip locked)
      returning id, epoch`
    const [result] = await this.#database.commit([{ query: claim.compile(this.#database.query) }])
    return (result?.rows ?? []).map((row) => ({
      deviceId: String(row['id']),
      ownership: { owner: this.#nodeId, epoch: Number(row['epoch']) },
    }))
  }

  /** Claims one device, also one that this node has. @returns undefined when another node has it, or it does not exist */
  async claimOne(deviceId: string): Promise<Ownership | undefined> {
    const claim = sql`update device set owner = ${this.#nodeId}, epoch = epoch + 1 where id = ${deviceId}
      and (owner is null or owner = ${this.#nodeId}
        or not exists (select 1 from node where node.id = device.owner and expires_at > ${databaseNow}))
      returning epoch`
    const [result] = await this.#database.commit([{ query: claim.compile(this.#database.query) }], { lane: deviceId })
    const epoch = result?.rows[0]?.['epoch']
    return epoch === undefined ? undefined : { owner: this.#nodeId, epoch: Number(epoch) }
  }

  /** Gives devices back: others may claim them at once. */
  async release(deviceIds: readonly string[]): Promise<void> {
    const free = this.#database.query
      .updateTable('device')
      .set({ owner: null })
      .where('id', 'in', deviceIds)
      .where('owner', '=', this.#nodeId)
    await this.#database.commit([{ query: free.compile() }])
  }

  /** Whether any device has nobody. */
  async anyFree(dead: readonly string[]): Promise<boolean> {
    const { rows } = await sql`select 1 from device where ${isFree(dead)} limit 1`.execute(this.#database.query)
    return rows.length > 0
  }

  /** @param sessions of those that should be connected, or of the others */
  async counts(dead: readonly string[], sessions: boolean): Promise<LeaseCounts> {
    const { rows } = await sql<LeaseCounts>`select count(*) as "all", count(*) filter (where ${isFree(dead)}) as free,
        count(*) filter (where owner = ${this.#nodeId}) as own
      from device where ${wantsSession} = ${sql.lit(sessions)}`.execute(this.#database.query)
    const { all = 0, free = 0, own = 0 } = rows[0] ?? {}
    return { all: Number(all), free: Number(free), own: Number(own) }
  }

  /** Devices of this node. */
  async own(): Promise<Set<string>> {
    const { query } = this.#database
    const rows = await query.selectFrom('device').select('id').where('owner', '=', this.#nodeId).execute()
    return new Set(rows.map(({ id }) => id))
  }

  /** Some devices of this node that should be connected. */
  async someSessions(limit: number): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`select id from device
      where owner = ${this.#nodeId} and ${wantsSession} limit ${limit}`.execute(this.#database.query)
    return rows.map(({ id }) => id)
  }
}

const isFree = (dead: readonly string[]) =>
  dead.length > 0 ? sql`(device.owner is null or device.owner in (${sql.join([...dead])}))` : sql`device.owner is null`
