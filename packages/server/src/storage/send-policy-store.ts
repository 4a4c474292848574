import type { Database, Statement } from './database.ts'
import type { SendPolicyTable } from './schema.ts'

export type SendPolicyRow = SendPolicyTable

/** The `send_policy` table. */
export class SendPolicyStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  all(): Promise<SendPolicyRow[]> {
    return this.#database.query.selectFrom('send_policy').selectAll().execute()
  }

  find(holder: string): Promise<SendPolicyRow | undefined> {
    return this.#database.query.selectFrom('send_policy').selectAll().where('holder', '=', holder).executeTakeFirst()
  }

  put(row: SendPolicyRow): Statement {
    const { holder: _, ...values } = row
    const insert = this.#database.query
      .insertInto('send_policy')
      .values(row)
      .onConflict((conflict) => conflict.column('holder').doUpdateSet(values))
    return { query: insert.compile() }
  }

  drop(holder: string): Statement {
    return { query: this.#database.query.deleteFrom('send_policy').where('holder', '=', holder).compile() }
  }
}
