import type { DeviceSession } from './device-session.ts'
import { within } from './within.ts'

const drain = async (device: DeviceSession, deadlineMs: number): Promise<void> => {
  // An empty task comes to its turn when what was before it is done.
  await within(
    device.lane.run(async () => undefined),
    deadlineMs,
  )
  await device.stop()
}

/** Lets what runs in each device's lane finish, closes its socket, keeps its link. Resolves at the deadline at the latest. */
export const drainDevices = async (devices: Iterable<DeviceSession>, deadlineMs: number): Promise<void> =>
  within(Promise.allSettled([...devices].map((device) => drain(device, deadlineMs))), deadlineMs)
