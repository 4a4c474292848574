import type { DeviceWork } from '../cluster/device-work.ts'
import type { Receiver } from '../http/forwarding/receiver.ts'
import { deviceMemory } from '../storage/device-memory.ts'
import type { Services } from './services.ts'

type Parts = Pick<Services, 'database' | 'media' | 'messages' | 'sessions' | 'webhooks' | 'chatwoot'>

/** What the parts of a node do when devices come and go. */
export const deviceWork = (
  { database, media, messages, sessions, webhooks, chatwoot }: Parts,
  receiver: Pick<Receiver, 'take' | 'leave'>,
): DeviceWork => ({
  async take(deviceIds, options) {
    // Another node had them: what was known of them here may be wrong by now.
    deviceMemory(database).forget()
    await media.take(deviceIds)
    // Before anything new is taken: what was left unsent.
    await messages.take(deviceIds, options)
    await sessions.take(deviceIds, options)
    await webhooks.take(deviceIds, options)
    await chatwoot.take(deviceIds)
    receiver.take(deviceIds)
  },
  async leave(deviceIds) {
    await chatwoot.leave(deviceIds)
    await messages.leave(deviceIds)
    await sessions.leave(deviceIds)
    // What they had still to say is delivered, or written down for the next node.
    await webhooks.leave(deviceIds)
    receiver.leave(deviceIds)
  },
  async drop(deviceIds) {
    receiver.leave(deviceIds)
    const parts = [messages, webhooks, chatwoot, sessions]
    await Promise.allSettled(parts.map((part) => part.drop(deviceIds)))
  },
})
