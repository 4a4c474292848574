import type { Database, Statement } from './database.ts'
import type { MediaPolicyTable } from './schema.ts'

export type MediaPolicyRow = MediaPolicyTable

/** The `media_policy` table. */
export class MediaPolicyStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Of all devices, or of some. */
  all(among?: readonly string[]): Promise<MediaPolicyRow[]> {
    const select = this.#database.query.selectFrom('media_policy').selectAll()
    return (among ? select.where('device_id', 'in', among) : select).execute()
  }

  put(row: MediaPolicyRow): Statement {
    const { device_id: _, ...values } = row
    const insert = this.#database.query
      .insertInto('media_policy')
      .values(row)
      .onConflict((conflict) => conflict.column('device_id').doUpdateSet(values))
    return { query: insert.compile() }
  }

  remove(deviceId: string): Statement {
    return { query: this.#database.query.deleteFrom('media_policy').where('device_id', '=', deviceId).compile() }
  }
}
