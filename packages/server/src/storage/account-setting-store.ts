import type { Database, Statement } from './database.ts'
import type { AccountSettingTable } from './schema.ts'

type Name = AccountSettingTable['name']

/** The `account_setting` table: settings that all devices of an account share. */
export class AccountSettingStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  set(deviceId: string, name: Name, value: string): Statement {
    const insert = this.#database.query
      .insertInto('account_setting')
      .values({ device_id: deviceId, name, value })
      .onConflict((conflict) => conflict.columns(['device_id', 'name']).doUpdateSet({ value }))
    return { query: insert.compile() }
  }
}
