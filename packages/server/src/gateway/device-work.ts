import type { DeviceWork } from '../cluster/device-work.ts'
import type { Receiver } from '../http/forwarding/receiver.ts'
import { deviceMemory } from '../storage/device-memory.ts'
import type { Services } from './services.ts'

export type DeviceParts = Pick<
  Services,
  'database' | 'media' | 'messages' | 'sessions' | 'governor' | 'webhooks' | 'chatwoot'
>

/** What somebody else did with devices is read, and work for them begins. @param connections those that have no connection yet */
export async function takeDevices(
  { database, media, messages, sessions, webhooks, chatwoot }: DeviceParts,
  deviceIds: readonly string[],
  options: { readonly connect: boolean },
  connections: readonly string[] = deviceIds,
): Promise<void> {
  // Others had them: what was known of them here may be wrong by now.
  deviceMemory(database).forget()
  await media.take(deviceIds)
  // Before anything new is taken: what was left unsent.
  await messages.take(deviceIds, options)
  await sessions.take(connections, options)
  await webhooks.take(deviceIds, options)
  await chatwoot.take(deviceIds)
}

/** Finishes what is under way for devices, and forgets them. @param connections those that are to be disconnected */
export async function leaveDevices(
  { messages, sessions, governor, webhooks, chatwoot }: DeviceParts,
  deviceIds: readonly string[],
  connections: readonly string[] = deviceIds,
): Promise<void> {
  await chatwoot.leave(deviceIds)
  await messages.leave(deviceIds)
  await sessions.leave(connections)
  // Sends that were under way kept to its rules.
  await governor.leave(deviceIds)
  // What they had still to say is delivered, or written down for the next node.
  await webhooks.leave(deviceIds)
}

/** What the parts of a node do when devices come and go. */
export const deviceWork = (parts: DeviceParts, receiver: Pick<Receiver, 'take' | 'leave'>): DeviceWork => ({
  async take(deviceIds, options) {
    await takeDevices(parts, deviceIds, options)
    receiver.take(deviceIds)
  },
  async leave(deviceIds) {
    await leaveDevices(parts, deviceIds)
    receiver.leave(deviceIds)
  },
  async drop(deviceIds) {
    receiver.leave(deviceIds)
    const { messages, webhooks, chatwoot, sessions, governor } = parts
    await Promise.allSettled([messages, webhooks, chatwoot, sessions].map((part) => part.drop(deviceIds)))
    governor.drop(deviceIds)
  },
})
