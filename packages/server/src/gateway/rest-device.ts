import { deviceMemory } from '../storage/device-memory.ts'
import { type DeviceParts, leaveDevices, takeDevices } from './device-work.ts'
import type { Services } from './services.ts'

type Parts = DeviceParts & Pick<Services, 'cluster' | 'groupLists'>

/** Lets a device rest while a task changes what is stored of it behind everybody's back: its connection ends, deliveries end or wait, and nothing of it is in
 *  memory. Then everything is read anew, and it connects again. Who asks for it meanwhile gets `not_ready`. */
export const restDevice = async <Result>(
  parts: Parts,
  deviceId: string,
  task: () => Promise<Result>,
): Promise<Result> => {
  const { sessions, cluster, groupLists } = parts
  const ids = [deviceId]
  const { connected, comesBack } = sessions.status(deviceId)
  // What waits for a person, or has no link, is not touched: it has no connection that could know anything.
  const moves = connected || comesBack
  const connections = moves ? ids : []
  return sessions.aside(
    deviceId,
    async () => {
      await leaveDevices(parts, ids, connections)
      groupLists.forget(deviceId)
      return task()
    },
    async () => {
      if (cluster.own.has(deviceId)) await takeDevices(parts, ids, { connect: moves }, connections)
      else deviceMemory(parts.database).forget()
    },
  )
}
