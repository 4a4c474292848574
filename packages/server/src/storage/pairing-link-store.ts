import { AppError } from '../errors/app-error.ts'
import type { Database, Statement } from './database.ts'
import type { PairingLinkTable } from './schema.ts'

/** The `pairing_link` table. The secret of a link is only there as its SHA-256. */
export class PairingLinkStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Statements that add a link and drop those that have ended, of whatever device. The unit fails with `device_not_found` when the device is gone. */
  add(row: PairingLinkTable): Statement[] {
    const { query } = this.#database
    const exists = query
      .updateTable('device')
      .set((device) => ({ name: device.ref('name') }))
      .where('id', '=', row.device_id)
    return [
      { query: query.deleteFrom('pairing_link').where('expires_at', '<=', row.created_at).compile() },
      { query: exists.compile(), orElse: () => new AppError('device_not_found') },
      { query: query.insertInto('pairing_link').values(row).compile() },
    ]
  }

  removeAll(deviceId: string): Statement {
    return { query: this.#database.query.deleteFrom('pairing_link').where('device_id', '=', deviceId).compile() }
  }

  find(tokenHash: Uint8Array): Promise<PairingLinkTable | undefined> {
    const { query } = this.#database
    return query.selectFrom('pairing_link').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst()
  }

  /** The device was linked: no link that there is now begins anything again. */
  useAll(deviceId: string, at: number): Statement {
    const update = this.#database.query.updateTable('pairing_link').set({ used_at: at })
    return { query: update.where('device_id', '=', deviceId).where('used_at', 'is', null).compile() }
  }
}
