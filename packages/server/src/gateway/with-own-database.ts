import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { tryToClaim } from '../storage/claim-database.ts'
import type { Database } from '../storage/database.ts'
import { hasLiveNode } from '../storage/import-store.ts'
import type { DatabaseTarget } from '../storage/open-database.ts'
import { openStore } from './open-store.ts'

const running = () =>
  new ConfigError('A gateway runs with this database. Stop it, and start it again when this is done')

/** Works with the database of a gateway that does not run. @throws ConfigError when one runs, or when the database cannot be opened */
export async function withOwnDatabase<Result>(
  config: Config,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const { type, uri } = config.storage
  const target: DatabaseTarget = type === 'sqlite' ? { type, file: uri } : { type, uri }
  const release = await tryToClaim(target)
  if (!release) throw running()
  const onFatal = (error: Error) => {
    throw error
  }
  try {
    const database = await openStore(target, { onFatal })
    try {
      if (await hasLiveNode(database)) throw running()
      return await work(database)
    } finally {
      await database.close()
    }
  } finally {
    await release()
  }
}
