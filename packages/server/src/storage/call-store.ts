import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import type { CallSettingTable, IncomingCallTable } from './schema.ts'

export type CallRow = IncomingCallTable
export type CallState = CallRow['state']

/** What a device does about calls by itself. */
export interface CallSettings {
  readonly autoReject: boolean
  /** Text that the caller is sent then. */
  readonly rejectText: string | null
}

const standard: CallSettings = { autoReject: false, rejectText: null }

/** The `incoming_call` and `call_setting` tables. */
export class CallStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  find(deviceId: string, id: string): Promise<CallRow | undefined> {
    return this.#database.query
      .selectFrom('incoming_call')
      .selectAll()
      .where('device_id', '=', deviceId)
      .where('id', '=', id)
      .executeTakeFirst()
  }

  /** Calls of a device in a state, oldest first. */
  inState(deviceId: string, state: CallState): Promise<CallRow[]> {
    return this.#database.query
      .selectFrom('incoming_call')
      .selectAll()
      .where('device_id', '=', deviceId)
      .where('state', '=', state)
      .orderBy('offered_at')
      .execute()
  }

  /** `known` makes the error when the call is there already. */
  add(row: CallRow, known: () => Error): Statement {
    const insert = this.#database.query
      .insertInto('incoming_call')
      .values(row)
      .onConflict((conflict) => conflict.columns(['device_id', 'id']).doNothing())
    return { query: insert.compile(), orElse: known }
  }

  /** `elsewhere` makes the error when the call is in none of these states by now. */
  move(deviceId: string, id: string, from: readonly CallState[], to: CallState, elsewhere: () => Error): Statement {
    const update = this.#database.query
      .updateTable('incoming_call')
      .set({ state: to })
      .where('device_id', '=', deviceId)
      .where('id', '=', id)
      .where('state', 'in', from)
    return { query: update.compile(), orElse: elsewhere }
  }

  async settings(deviceId: string): Promise<CallSettings> {
    const row = await this.#database.query
      .selectFrom('call_setting')
      .selectAll()
      .where('device_id', '=', deviceId)
      .executeTakeFirst()
    await this.#database.content.openedOne('call_setting', row)
    return row ? { autoReject: row.auto_reject === 1, rejectText: row.reject_text } : standard
  }

  set(deviceId: string, { autoReject, rejectText }: CallSettings): Statement {
    const row = this.#database.content.sealed('call_setting', {
      device_id: deviceId,
      auto_reject: autoReject ? 1 : 0,
      reject_text: rejectText,
    } satisfies CallSettingTable)
    const insert = this.#database.query
      .insertInto('call_setting')
      .values(row)
      .onConflict((conflict) => conflict.column('device_id').doUpdateSet(row))
    return { query: insert.compile() }
  }

  /** Forgets calls that were offered before an instant. */
  async purge(before: number): Promise<void> {
    const gone = sql`delete from incoming_call where offered_at < ${before}`
    await this.#database.commit([{ query: gone.compile(this.#database.query) }])
  }
}
