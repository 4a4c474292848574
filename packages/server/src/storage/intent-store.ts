import type { Database, Statement } from './database.ts'
import type { SendIntentTable } from './schema.ts'

export type Intent = SendIntentTable

/** The `send_intent` table: sends that were accepted and have not ended. */
export class IntentStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  insert(intent: Intent): Statement {
    return { query: this.#database.query.insertInto('send_intent').values(intent).compile() }
  }

  /** queued → prepared: from here on the message may have left. `gone` makes the error when it was cancelled meanwhile. */
  prepare(deviceId: string, messageId: string, at: number, gone: () => Error): Statement {
    const update = this.#database.query
      .updateTable('send_intent')
      .set({ state: 'prepared', prepared_at: at })
      .where('device_id', '=', deviceId)
      .where('message_id', '=', messageId)
      .where('state', '=', 'queued')
    return { query: update.compile(), orElse: gone }
  }

  /** prepared → queued: it is certain that nothing left. */
  requeue(deviceId: string, messageId: string, notBefore: number): Statement {
    const update = this.#database.query
      .updateTable('send_intent')
      .set({ state: 'queued', prepared_at: null, not_before: notBefore })
      .where('device_id', '=', deviceId)
      .where('message_id', '=', messageId)
    return { query: update.compile() }
  }

  /** The send has ended. */
  end(deviceId: string, messageId: string): Statement {
    return {
      query: this.#database.query
        .deleteFrom('send_intent')
        .where('device_id', '=', deviceId)
        .where('message_id', '=', messageId)
        .compile(),
    }
  }

  /** Ends a send that has not begun. `begun` makes the error when it has. */
  cancel(deviceId: string, messageId: string, begun: () => Error): Statement {
    const remove = this.#database.query
      .deleteFrom('send_intent')
      .where('device_id', '=', deviceId)
      .where('message_id', '=', messageId)
      .where('state', '=', 'queued')
    return { query: remove.compile(), orElse: begun }
  }

  /** Ends a send whose message a receipt proved to have arrived. */
  endProven(deviceId: string, messageId: string): Statement {
    const remove = this.#database.query
      .deleteFrom('send_intent')
      .where('device_id', '=', deviceId)
      .where('message_id', '=', messageId)
      .where('state', '=', 'prepared')
    return { query: remove.compile() }
  }

  /** Unfinished sends of a device, oldest first. */
  async ofDevice(deviceId: string): Promise<Intent[]> {
    return this.#database.query
      .selectFrom('send_intent')
      .selectAll()
      .where('device_id', '=', deviceId)
      .orderBy('created_at')
      .orderBy('message_id')
      .execute()
  }

  /** Sends that waited too long: queued since before the one instant, or prepared since before the other. */
  async overdue(queuedBefore: number, preparedBefore: number, limit: number): Promise<Intent[]> {
    return this.#database.query
      .selectFrom('send_intent')
      .selectAll()
      .where((where) =>
        where.or([
          where.and([where('state', '=', 'queued'), where('created_at', '<', queuedBefore)]),
          where.and([where('state', '=', 'prepared'), where('prepared_at', '<', preparedBefore)]),
        ]),
      )
      .limit(limit)
      .execute()
  }
}
