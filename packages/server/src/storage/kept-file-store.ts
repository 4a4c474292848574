import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'

/** Names a file that is kept here. */
export interface KeptFile {
  readonly apiKeyId: number
  /** Hex. */
  readonly sha256: string
}

/** The `kept_file` table: which files are kept, once for each API key. A row is there before its file is, and goes after it. */
export class KeptFileStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  insert({ apiKeyId, sha256 }: KeptFile, size: number, at: number): Statement {
    const insert = this.#database.query
      .insertInto('kept_file')
      .values({ api_key_id: apiKeyId, sha256, size, created_at: at })
      .onConflict((conflict) => conflict.columns(['api_key_id', 'sha256']).doUpdateSet({ created_at: at }))
    return { query: insert.compile() }
  }

  /** Holds while the row is there; `gone` makes the error when a sweep took it. */
  holds({ apiKeyId, sha256 }: KeptFile, gone: () => Error): Statement {
    const select = this.#database.query
      .selectFrom('kept_file')
      .select('sha256')
      .where('api_key_id', '=', apiKeyId)
      .where('sha256', '=', sha256)
    return { query: select.compile(), orElse: gone }
  }

  /** Owner of a device. */
  async apiKeyOf(deviceId: string): Promise<number | undefined> {
    const row = await this.#database.query
      .selectFrom('device')
      .select('api_key_id')
      .where('id', '=', deviceId)
      .executeTakeFirst()
    return row && Number(row.api_key_id)
  }

  /** Bytes that are kept for an API key. */
  async bytesOf(apiKeyId: number): Promise<number> {
    const row = await this.#database.query
      .selectFrom('kept_file')
      .select(({ fn }) => fn.sum<number | string | null>('size').as('bytes'))
      .where('api_key_id', '=', apiKeyId)
      .executeTakeFirst()
    return Number(row?.bytes ?? 0)
  }

  /** Files that no message has any more, made before an instant: a younger one may be about to get its message. */
  async unused(madeBefore: number, limit: number): Promise<KeptFile[]> {
    const rows = await this.#unused(madeBefore).limit(limit).execute()
    return rows.map(({ api_key_id, sha256 }) => ({ apiKeyId: Number(api_key_id), sha256 }))
  }

  async isUnused({ apiKeyId, sha256 }: KeptFile, madeBefore: number): Promise<boolean> {
    const row = this.#unused(madeBefore).where('api_key_id', '=', apiKeyId).where('sha256', '=', sha256)
    return (await row.executeTakeFirst()) !== undefined
  }

  #unused(madeBefore: number) {
    return this.#database.query
      .selectFrom('kept_file')
      .select(['api_key_id', 'sha256'])
      .where('created_at', '<', madeBefore)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('message_media')
              .innerJoin('device', 'device.id', 'message_media.device_id')
              .select(sql`1`.as('one'))
              .whereRef('message_media.sha256', '=', 'kept_file.sha256')
              .whereRef('device.api_key_id', '=', 'kept_file.api_key_id'),
          ),
        ),
      )
  }

  remove({ apiKeyId, sha256 }: KeptFile): Statement {
    const remove = this.#database.query
      .deleteFrom('kept_file')
      .where('api_key_id', '=', apiKeyId)
      .where('sha256', '=', sha256)
    return { query: remove.compile() }
  }
}
