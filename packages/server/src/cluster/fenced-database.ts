import { OwnershipLostError } from '@switchboard/engine'
import type { Database } from '../storage/database.ts'
import { fence, isFenced, type Ownership } from '../storage/fence.ts'
import { StorageError } from '../storage/storage-error.ts'

interface Place {
  readonly isValid: boolean
}

interface Leases {
  ownership(deviceId: string): Ownership | undefined
}

/** The lane of a device is its id; others have a kind in front, such as `key:7`. */
const isOfDevice = (lane: string): boolean => !lane.includes(':')

/** The database as a node among several writes to it. Every unit in the lane of a device that it has begins with the fence of that device, and one of a device
 *  that it has not, or not any more, is refused. When its time is up nothing is written at all, until it has forgotten what it had and has a place again:
 *  whatever was under way fails, also what was not of a device. */
export function fencedDatabase(database: Database, place: () => Place, leases: () => Leases): Database {
  const fenced: Database = {
    dialect: database.dialect,
    days: database.days,
    query: database.query,
    content: database.content,
    settled: (lane) => database.settled(lane),
    scrub: (needles) => database.scrub(needles),
    ping: () => database.ping(),
    close: () => database.close(),
    async commit(unit, options) {
      if (!place().isValid) throw new StorageError('unavailable', 'This node has no place among the nodes just now')
      const lane = options?.lane
      if (lane === undefined || !isOfDevice(lane) || isFenced(fenced, unit[0], lane))
        return database.commit(unit, options)
      const ownership = leases().ownership(lane)
      if (!ownership && options?.anywhere) return database.commit(unit, options)
      if (!ownership) throw new OwnershipLostError('Another node has this device')
      const [, ...results] = await database.commit([fence(fenced, lane, ownership), ...unit], options)
      return results
    },
  }
  return fenced
}
