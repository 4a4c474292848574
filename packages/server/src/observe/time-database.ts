import type { Database } from '../storage/database.ts'
import { mayPass, StorageError } from '../storage/storage-error.ts'
import type { Metrics } from './metrics.ts'

/** A unit may be refused on purpose (a message that is known, a limit): that is no failure of the database. */
const failures = new Set(['failed', 'unavailable', 'unknown'])

/** Called for changes. */
export interface ChangeListener {
  worked(): void
  /** The database could not take it: no room, no connection. One that it refuses says nothing about the database. */
  failed(error: StorageError): void
}

/** From here on, how long changes of this database take, and which of them fail, is counted. */
export const timeDatabase = (database: Database, metrics: Metrics, listener?: ChangeListener): void => {
  const commit = database.commit.bind(database)
  database.commit = async (unit, options) => {
    const begun = performance.now()
    try {
      const results = await commit(unit, options)
      metrics.committed((performance.now() - begun) / 1000)
      listener?.worked()
      return results
    } catch (error) {
      if (error instanceof StorageError && failures.has(error.kind)) {
        metrics.databaseFailed(error.kind)
        if (mayPass(error)) listener?.failed(error)
      }
      throw error
    }
  }
}
