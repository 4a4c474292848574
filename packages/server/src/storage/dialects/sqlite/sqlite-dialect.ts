import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { SqliteThread } from './sqlite-thread.ts'
import { toThreadStatement } from './thread-statement.ts'

class ThreadConnection implements DatabaseConnection {
  readonly #thread: SqliteThread
  readonly #mayChange: boolean

  constructor(thread: SqliteThread, mayChange: boolean) {
    this.#thread = thread
    this.#mayChange = mayChange
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const statement = toThreadStatement(query)
    const { rows, affected } = await (this.#mayChange ? this.#thread.run(statement) : this.#thread.read(statement))
    return { rows: rows as Row[], numAffectedRows: BigInt(affected) }
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery<Row>(query)
  }
}

const refuseTransaction = async (): Promise<never> => {
  throw new Error('Changes go through Database.commit; a read needs no transaction')
}

/** Without a transaction that others would disturb, queries need not wait for each other: the thread takes what was asked in one turn together. */
class ThreadAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

/** Kysely over a {@link SqliteThread}: asynchronous, one connection, without interactive transactions. @param mayChange for migrations */
export function createSqliteDialect(thread: SqliteThread, { mayChange = false } = {}): Dialect {
  const connection = new ThreadConnection(thread, mayChange)
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: refuseTransaction,
    commitTransaction: refuseTransaction,
    rollbackTransaction: refuseTransaction,
    releaseConnection: async () => {},
    destroy: async () => {},
  }
  return {
    createAdapter: () => new ThreadAdapter(),
    createDriver: () => driver,
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}
