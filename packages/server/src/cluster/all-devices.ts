import type { Database } from '../storage/database.ts'
import { claim } from '../storage/fence.ts'
import type { OwnDevices } from './own-devices.ts'

/** The devices of a gateway that is alone. */
export const allDevices = (database: Database, nodeId: string): OwnDevices => ({
  isShared: false,
  nodeId,
  has: () => true,
  keeps: () => true,
  serves: () => true,
  claim: (deviceId) => claim(database, deviceId, nodeId),
  fence: () => [],
  forget: () => {},
  isLive: (id) => id === nodeId,
})
