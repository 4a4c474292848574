import { isLidJid } from '@switchboard/engine'
import { bothAddresses, type DeviceContext } from '../events/event-source.ts'
import type { Database } from '../storage/database.ts'
import { findLidMappings } from '../storage/lid-mapping-store.ts'

/** The device as an item shows it, which in addition knows both addresses of people that stored messages name. */
export async function withPeople(
  database: Database,
  deviceId: string,
  device: DeviceContext,
  jids: readonly string[],
): Promise<DeviceContext> {
  const missing = [...new Set(jids)].filter((jid) => bothAddresses(device, jid).lid === undefined)
  if (missing.length === 0) return device
  const pairs = await findLidMappings(database, deviceId, missing)
  const byEither = new Map(pairs.flatMap((pair) => [[pair.jid, pair] as const, [pair.lid, pair] as const]))
  return {
    ...device,
    address(jid) {
      const known = bothAddresses(device, jid)
      if (known.lid !== undefined && !isLidJid(known.jid)) return known
      return byEither.get(jid) ?? known
    },
  }
}
