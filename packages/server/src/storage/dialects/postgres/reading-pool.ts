import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type pg from 'pg'
import { isConnectionLoss, isTimeout, postgresError } from './postgres-error.ts'

const attempts = 3
/** A read that found no connection for so long is not repeated: who waits for it should hear so. */
const repeatWithinMs = 2_000

/** A pool as Kysely wants it, for reads alone: each statement is one, and is repeated when the connection was lost under it.
 *  Its statements reject with StorageErrors. */
export class ReadingPool implements PostgresPool {
  readonly options = {}
  readonly #pool: pg.Pool

  constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  async connect(): Promise<PostgresPoolClient> {
    const query = (text: string, values: readonly unknown[]) => this.#read(text, values)
    return { query, release: () => {} } as unknown as PostgresPoolClient
  }

  end(): Promise<void> {
    return this.#pool.end()
  }

  async #read(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<unknown>> {
    const begun = performance.now()
    for (let attempt = 1; ; attempt++) {
      try {
        return (await this.#pool.query(text, [...values])) as unknown as PostgresQueryResult<unknown>
      } catch (error) {
        const again = isConnectionLoss(error) && !isTimeout(error) && attempt < attempts
        if (!again || performance.now() - begun > repeatWithinMs) throw postgresError(error)
      }
    }
  }
}
