import { type Selectable, sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import type { IdempotencyTable } from './schema.ts'

export type IdempotencyRow = Selectable<IdempotencyTable>

const keysAtOnce = 1000

/** Requests that were made with an Idempotency-Key, and their answers. */
export class IdempotencyStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Takes the key for a new request when it is free or was taken before `expiredBefore`. Resolves to the row that now holds it. */
  async claim(
    row: { deviceId: string; key: string; requestHash: Uint8Array; messageId: string; now: number },
    expiredBefore: number,
  ): Promise<{ claimed: boolean; row: IdempotencyRow }> {
    const values = {
      device_id: row.deviceId,
      key: row.key,
      request_hash: row.requestHash,
      message_id: row.messageId,
      status: 0,
      response: null,
      created_at: row.now,
    }
    const { device_id, key, ...renewed } = values
    const insert = this.#database.query
      .insertInto('idempotency')
      .values(values)
      .onConflict((conflict) =>
        conflict.columns(['device_id', 'key']).doUpdateSet(renewed).where('idempotency.created_at', '<', expiredBefore),
      )
    const [result] = await this.#database.commit([{ query: insert.compile() }], { lane: device_id })
    if (result && result.affected > 0) return { claimed: true, row: values }
    const held = await this.#database.query
      .selectFrom('idempotency')
      .selectAll()
      .where('device_id', '=', device_id)
      .where('key', '=', key)
      .executeTakeFirst()
    // It can only be gone when the device was deleted between the two statements.
    if (!held) return { claimed: true, row: values }
    return { claimed: false, row: (await this.#database.content.openedOne('idempotency', held))! }
  }

  /** Keeps the answer for repeats. */
  recordStatements(deviceId: string, key: string, answer: { status: number; response: string }): Statement[] {
    return [
      {
        query: this.#database.query
          .updateTable('idempotency')
          .set({ ...answer, response: this.#sealed(deviceId, key, answer.response) })
          .where('device_id', '=', deviceId)
          .where('key', '=', key)
          .compile(),
      },
    ]
  }

  #sealed(deviceId: string, key: string, response: string): string {
    return this.#database.content.sealedValue('idempotency', 'response', { device_id: deviceId, key }, response)
  }

  /** Forgets keys that were taken before an instant, in small steps. @param signal ends it after the current step */
  async purge(before: number, signal?: AbortSignal): Promise<void> {
    const some = sql`delete from idempotency where (device_id, key) in
      (select device_id, key from idempotency where created_at < ${before} limit ${keysAtOnce})`
    while (!signal?.aborted) {
      const [result] = await this.#database.commit([{ query: some.compile(this.#database.query) }])
      if (!result || result.affected < keysAtOnce) return
    }
  }
}
