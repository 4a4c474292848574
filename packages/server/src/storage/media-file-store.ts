import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import type { MediaFileTable } from './schema.ts'

export type MediaFileRow = MediaFileTable

const noSendWaits = sql<boolean>`not exists (select 1 from send_intent
  where send_intent.device_id = media_file.device_id and send_intent.media_id = media_file.id)
  and not exists (select 1 from proposal where proposal.device_id = media_file.device_id
  and proposal.media_id = media_file.id and proposal.state = 'pending')`

/** The `media_file` table. */
export class MediaFileStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  insert(row: MediaFileRow): Statement {
    return {
      query: this.#database.query
        .insertInto('media_file')
        .values(this.#database.content.sealed('media_file', row))
        .compile(),
    }
  }

  async find(deviceId: string, id: string): Promise<MediaFileRow | undefined> {
    const row = await this.#database.query
      .selectFrom('media_file')
      .selectAll()
      .where('device_id', '=', deviceId)
      .where('id', '=', id)
      .executeTakeFirst()
    return this.#database.content.openedOne('media_file', row)
  }

  /** What was made of an uploaded file for one purpose; the newest. */
  async findForm(deviceId: string, sourceId: string, form: string): Promise<MediaFileRow | undefined> {
    const row = await this.#database.query
      .selectFrom('media_file')
      .selectAll()
      .where('device_id', '=', deviceId)
      .where('source_id', '=', sourceId)
      .where('form', '=', form)
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirst()
    return this.#database.content.openedOne('media_file', row)
  }

  /** Notes where a file is at WhatsApp. */
  uploaded(deviceId: string, id: string, uploaded: string): Statement {
    const update = this.#database.query
      .updateTable('media_file')
      .set({
        uploaded: this.#database.content.sealedValue('media_file', 'uploaded', { device_id: deviceId, id }, uploaded),
      })
      .where('device_id', '=', deviceId)
      .where('id', '=', id)
    return { query: update.compile() }
  }

  /** Bytes that a device keeps here. */
  async bytesOf(deviceId: string): Promise<number> {
    const row = await this.#database.query
      .selectFrom('media_file')
      .select(({ fn }) => fn.sum<number | string | null>('bytes').as('bytes'))
      .where('device_id', '=', deviceId)
      .executeTakeFirst()
    return Number(row?.bytes ?? 0)
  }

  /** Files that have expired and that no send waits for: of all devices, or of those of a node. */
  async done(now: number, limit: number, owner?: string): Promise<Pick<MediaFileRow, 'device_id' | 'id'>[]> {
    return this.#database.query
      .selectFrom('media_file')
      .select(['device_id', 'id'])
      .where('expires_at', '<=', now)
      .where(noSendWaits)
      .$if(owner !== undefined, (select) =>
        select.where('device_id', 'in', (from) => from.selectFrom('device').select('id').where('owner', '=', owner!)),
      )
      .orderBy('expires_at')
      .limit(limit)
      .execute()
  }

  /** Forgets a file, unless a send waits for it. `kept` makes the error when one does. */
  remove(deviceId: string, id: string, kept: () => Error): Statement {
    const remove = this.#database.query
      .deleteFrom('media_file')
      .where('device_id', '=', deviceId)
      .where('id', '=', id)
      .where(noSendWaits)
    return { query: remove.compile(), orElse: kept }
  }

  /** All that a device keeps here. */
  async all(deviceId: string): Promise<MediaFileRow[]> {
    const select = this.#database.query.selectFrom('media_file').selectAll().where('device_id', '=', deviceId)
    return this.#database.content.opened('media_file', await select.execute())
  }

  /** Those of some ids that are known. */
  async known(ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set()
    const rows = await this.#database.query.selectFrom('media_file').select('id').where('id', 'in', ids).execute()
    return new Set(rows.map(({ id }) => id))
  }
}
