import { sql } from 'kysely'
import type { Database } from './database.ts'
import { apiKeyOf, keyScope, type Scope } from './scope.ts'

/** How far logs go. It rises with each event; nothing else is said of it. */
export type Heads = ReadonlyMap<Scope, number>

/** How far the logs go that somebody reads. */
export class ReaderHeads {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async of(scopes: readonly Scope[]): Promise<Heads> {
    const keys = scopes.map(apiKeyOf).filter((id) => id !== undefined)
    const devices = scopes.filter((scope) => apiKeyOf(scope) === undefined)
    return new Map([...(await this.#ofDevices(devices)), ...(await this.#ofKeys(keys))])
  }

  async #ofDevices(ids: readonly string[]): Promise<[Scope, number][]> {
    if (ids.length === 0) return []
    const rows = await this.#database.query
      .selectFrom('device')
      .select(['id', 'event_seq'])
      .where('id', 'in', ids)
      .execute()
    return rows.map(({ id, event_seq }) => [id, Number(event_seq)])
  }

  async #ofKeys(ids: readonly number[]): Promise<[Scope, number][]> {
    if (ids.length === 0) return []
    const rows = await this.#database.query
      .selectFrom('device')
      .select(['api_key_id', sql<number>`sum(event_seq)`.as('events')])
      .where('api_key_id', 'in', ids)
      .groupBy('api_key_id')
      .execute()
    return rows.map((row) => [keyScope(Number(row.api_key_id)), Number(row.events)])
  }
}
