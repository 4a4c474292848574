import type { Database } from '../storage/database.ts'
import { databaseNow } from '../storage/database-time.ts'
import { wantsSession } from '../storage/node-store.ts'

/** The node that has a device now. */
export interface Owner {
  readonly nodeId: string
  /** Where the other nodes reach it: an origin. */
  readonly url: string
  readonly epoch: number
}

/** Which node has which device, by the leases in the database. */
export class Owners {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** The owner of a device, as long as its node is alive; undefined while it has none, and always in a gateway that is alone. */
  async ownerOf(deviceId: string): Promise<Owner | undefined> {
    const { query, dialect } = this.#database
    if (dialect === 'sqlite') return undefined
    const row = await query
      .selectFrom('device')
      .innerJoin('node', 'node.id', 'device.owner')
      .select(['node.id', 'node.url', 'device.epoch'])
      .where('device.id', '=', deviceId)
      .where('node.expires_at', '>', databaseNow)
      .executeTakeFirst()
    return row && { nodeId: row.id, url: row.url, epoch: Number(row.epoch) }
  }

  /** Whether a device should be connected, so that whoever claims it connects it; undefined when there is no such device. */
  async wantsSession(deviceId: string): Promise<boolean | undefined> {
    const { query } = this.#database
    const row = await query
      .selectFrom('device')
      .select(wantsSession.as('wanted'))
      .where('id', '=', deviceId)
      .executeTakeFirst()
    return row?.wanted
  }
}
