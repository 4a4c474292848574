import type { Database, Statement } from './database.ts'
import type { DevicePauseTable } from './schema.ts'

/** The `device_pause` table: devices of which nothing leaves. */
export class PauseStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Of all devices, or of some. */
  all(among?: readonly string[]): Promise<DevicePauseTable[]> {
    const select = this.#database.query.selectFrom('device_pause').selectAll()
    return (among ? select.where('device_id', 'in', among) : select).execute()
  }

  put(row: DevicePauseTable): Statement {
    const { device_id: _, ...values } = row
    const insert = this.#database.query
      .insertInto('device_pause')
      .values(row)
      .onConflict((conflict) => conflict.column('device_id').doUpdateSet(values))
    return { query: insert.compile() }
  }

  end(deviceId: string): Statement {
    return { query: this.#database.query.deleteFrom('device_pause').where('device_id', '=', deviceId).compile() }
  }
}
