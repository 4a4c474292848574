import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'

/** An act as it is written down. */
export interface StoredAct {
  /** `begun`: it may have left. `done`: its answer is stored with its key. */
  readonly state: 'begun' | 'done'
  /** What was there already when it was noted, JSON. */
  readonly note: string | null
  readonly begunAt: number
}

const atOnce = 1000

/** Acts that were begun under an Idempotency-Key. */
export class ActStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** The act of a key. @param since when the key was taken: what is older belongs to an earlier use of it */
  async find(deviceId: string, key: string, since: number): Promise<StoredAct | undefined> {
    const row = await this.#database.query
      .selectFrom('act')
      .select(['device_id', 'key', 'state', 'note', 'begun_at as begunAt'])
      .where('device_id', '=', deviceId)
      .where('key', '=', key)
      .where('begun_at', '>=', since)
      .executeTakeFirst()
    const opened = await this.#database.content.openedOne('act', row)
    return opened && { state: opened.state, note: opened.note, begunAt: opened.begunAt }
  }

  /** Writes down that an act is about to leave. */
  begin(deviceId: string, key: string, operation: string, now: number): Statement {
    const begun = { operation, state: 'begun' as const, note: null, begun_at: now }
    const insert = this.#database.query
      .insertInto('act')
      .values({ device_id: deviceId, key, ...begun })
      .onConflict((conflict) => conflict.columns(['device_id', 'key']).doUpdateSet(begun))
    return { query: insert.compile() }
  }

  /** Stores what has been made already, for a repeat that must continue from it. */
  note(deviceId: string, key: string, note: string): Statement {
    const row = { device_id: deviceId, key }
    return this.#change(deviceId, key, { note: this.#database.content.sealedValue('act', 'note', row, note) })
  }

  /** Its answer is stored in the same unit. */
  done(deviceId: string, key: string): Statement {
    return this.#change(deviceId, key, { state: 'done' })
  }

  /** It certainly did nothing: a repeat may begin again. An act with a note did something, and stays. */
  undo(deviceId: string, key: string): Statement {
    const remove = this.#database.query
      .deleteFrom('act')
      .where('device_id', '=', deviceId)
      .where('key', '=', key)
      .where('note', 'is', null)
    return { query: remove.compile() }
  }

  /** Forgets acts that were begun before an instant, in small steps. @param signal ends it after the current step */
  async purge(before: number, signal?: AbortSignal): Promise<void> {
    const some = sql`delete from act where (device_id, key) in
      (select device_id, key from act where begun_at < ${before} limit ${atOnce})`
    while (!signal?.aborted) {
      const [result] = await this.#database.commit([{ query: some.compile(this.#database.query) }])
      if (!result || result.affected < atOnce) return
    }
  }

  #change(deviceId: string, key: string, change: { state?: 'done'; note?: string }): Statement {
    const update = this.#database.query
      .updateTable('act')
      .set(change)
      .where('device_id', '=', deviceId)
      .where('key', '=', key)
    return { query: update.compile() }
  }
}
