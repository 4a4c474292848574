import type { Database } from '../storage/database.ts'
import { fence, isFenced, type Ownership } from '../storage/fence.ts'
import { StorageError } from '../storage/storage-error.ts'

interface Place {
  readonly isValid: boolean
}

interface Leases {
  ownership(deviceId: string): Ownership | undefined
}

/** The database as a node among several writes to it. Every unit in the lane of a device that it has begins with the fence of that device. When its time is
 *  up nothing is written at all, until it has forgotten what it had and has a place again: whatever was under way fails, also what was not of a device. */
export function fencedDatabase(database: Database, place: () => Place, leases: () => Leases): Database {
  const fenced: Database = {
    dialect: database.dialect,
    days: database.days,
    query: database.query,
    settled: (lane) => database.settled(lane),
    ping: () => database.ping(),
    close: () => database.close(),
    async commit(unit, options) {
      if (!place().isValid) throw new StorageError('unavailable', 'This node has no place among the nodes just now')
      const lane = options?.lane
      const ownership = lane === undefined ? undefined : leases().ownership(lane)
      if (lane === undefined || !ownership || isFenced(fenced, unit[0], lane)) return database.commit(unit, options)
      const [, ...results] = await database.commit([fence(fenced, lane, ownership), ...unit], options)
      return results
    },
  }
  return fenced
}
