import { OwnershipLostError } from '@switchboard/engine'
import type { Database } from '../storage/database.ts'
import { fence } from '../storage/fence.ts'
import type { DeviceLeases } from './device-leases.ts'
import type { OwnDevices } from './own-devices.ts'

/** The devices of a node among several. */
export const leasedDevices = (database: Database, nodeId: string, leases: DeviceLeases): OwnDevices => ({
  isShared: true,
  nodeId,
  has: (deviceId) => leases.has(deviceId),
  keeps: (deviceId) => leases.keeps(deviceId),
  serves: (deviceId) => leases.serves(deviceId),
  claim: (deviceId) => leases.claim(deviceId),
  fence(deviceId) {
    const ownership = leases.has(deviceId) ? leases.ownership(deviceId) : undefined
    if (!ownership) throw new OwnershipLostError('Another node has this device')
    return [fence(database, deviceId, ownership)]
  },
  forget: (deviceId, ownership) => leases.forget(deviceId, ownership),
  isLive: (id) => leases.isLive(id),
})
